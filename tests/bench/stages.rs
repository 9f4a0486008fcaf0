//! What each stage of a figure costs, on the bundled demo's data: `cargo bench --bench stages`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput};
use mapfolio::figure::{
    Crowd, Font, GraticuleSite, MapFrame, Overlay, captions, draw_graticule_labels, furniture, place_graticule_labels,
};
use mapfolio::geo::{
    Crs, Domain, FixedLonLat, ForwardGrid, GeoWindow, Graticule, InverseGrid, Placer, Precision, Transformers, View,
    install_gdal_log,
};
use mapfolio::gpu::{
    AdapterChoice, CellKind, Context, Coverage, FrameInput, GpuRaster, LayerLook, MapLayers, PlaneLook, RasterFormat,
    RasterLook, Renderer, RendererOptions, StrokeKind, VisibleLayer, WholeRaster,
};
use mapfolio::job::{GraticuleJob, GraticuleStep, Job, RegionsJob};
use mapfolio::output::{Channels, FigureEncoder, FigureMeta, Image};
use mapfolio::plan::{Coloring, LayerPlan, Plan, Plane, RasterPlan};
use mapfolio::scene::{Arcs, ClassTable, LevelKey, LineLevel, RankedArcs, RawDomain};
use mapfolio::source::{CellBuffer, RawType, read_outlines};
use mapfolio::style::{Resampling, ResamplingChoice};

/// The map box of a figure of 14 by 9 inches at 100 dpi, about.
const BOX_PX: [u32; 2] = [1340, 760];

fn main() {
    install_gdal_log();
    let mut criterion = Criterion::default().configure_from_args();
    let plan = conus_plan(None);
    tessellation(&mut criterion);
    grids(&mut criterion, &plan);
    graticule(&mut criterion);
    // Mesa's layer for desktops prints an error where there is no desktop.
    match temp_env::with_var("NODEVICE_SELECT", Some("1"), || Context::new(&AdapterChoice::Auto)) {
        Ok(context) => frames(&mut criterion, &plan, context),
        Err(error) => eprintln!("one_frame and png are left out: {error}"),
    }
    criterion.final_summary();
}

/// The demo's CONUS figure, with counties and states.
fn conus_plan(graticule: Option<GraticuleJob>) -> Plan {
    let only = RegionsJob { only: Some("CONUS".into()), ..RegionsJob::default() };
    let mut job = Job::from_file(&demo("demo.toml")).expect("the demo's job").overlaid_with(Job {
        regions: only,
        graticule,
        ..Job::default()
    });
    job.raster.resampling = Some(ResamplingChoice::Always(Resampling::Nearest));
    job.layers.retain(|layer| [":counties", ":states"].iter().any(|name| layer.path == Path::new(name)));
    Plan::new(&job).expect("a plan")
}

fn demo(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(file)
}

/// From the file's vertices to the ones that a map of 1 km a pixel needs.
fn tessellation(criterion: &mut Criterion) {
    const METRES_PER_PX: f64 = 1000.0;
    let outlines = read_outlines(&demo("counties.shp")).expect("the counties");
    let key = LevelKey::for_view(METRES_PER_PX);
    let mut group = criterion.benchmark_group("tessellation");
    group.throughput(Throughput::Elements(outlines.points.len() as u64));
    group.bench_function("counties at 1 km/px", |bencher| {
        let input = || (outlines.points.clone(), outlines.part_starts.clone());
        bencher.iter_batched(input, |(points, starts)| level(points, starts, key), BatchSize::LargeInput);
    });
    group.finish();
}

fn level(points: Vec<FixedLonLat>, part_starts: Vec<u32>, key: LevelKey) -> LineLevel {
    LineLevel::new(&RankedArcs::new(Arcs::from_parts(points, part_starts), key.simplification_m()), key)
}

fn grids(criterion: &mut Criterion, plan: &Plan) {
    let [width_px, height_px] = BOX_PX;
    let extent = plan.views[0].view.extent.grown_to_aspect(f64::from(width_px) / f64::from(height_px));
    let view = View { crs: Crs::from_user("lcc", "bench").expect("lcc"), extent, width_px, height_px };
    let raster = raster_plan(plan);
    // Threads make a transformation once and use it for all views.
    let transformers = Transformers::default();
    let window = window(&view, &transformers);
    let mut group = criterion.benchmark_group("grids");
    let domain = Domain::of(&view, &transformers).expect("a domain");
    group.bench_function("domain", |bencher| bencher.iter(|| Domain::of(black_box(&view), &transformers)));
    group.bench_function("inverse", |bencher| {
        bencher.iter(|| {
            InverseGrid::new(black_box(&view), &domain, &raster.grid.georeference, Precision::Cells, &transformers)
        });
    });
    let placer = Placer::new(&view, 100.0, &transformers).expect("a way");
    group.bench_function("forward", |bencher| {
        bencher.iter(|| ForwardGrid::new(black_box(&placer), window));
    });
    group.finish();
}

/// A map's meridians and parallels every five degrees, with labels at all of its edges.
fn graticule(criterion: &mut Criterion) {
    let lines = GraticuleJob {
        step: Some(GraticuleStep::Each([5.0; 2])),
        labels: Some("left,right,top,bottom".parse().expect("sides")),
        ..GraticuleJob::default()
    };
    let plan = conus_plan(Some(lines));
    let (figure, graticule) = (&plan.figures[0], plan.graticule.as_ref().expect("a graticule"));
    let (view, layout) = (&plan.view_of(figure).view, &figure.layout);
    let transformers = Transformers::default();
    let domain = Domain::of(view, &transformers).expect("a domain");
    let style = graticule.labels.as_ref().expect("labels");
    let lines = || {
        Graticule::of(black_box(view), &domain, &graticule.longitudes, &graticule.latitudes, &transformers)
            .expect("a way to degrees")
            .expect("a view on Earth")
    };
    let of_view = lines();
    let site = GraticuleSite { graticule: &of_view, view, domain: &domain, layout, style, transformers: &transformers };
    let mut group = criterion.benchmark_group("graticule");
    group.bench_function("lines", |bencher| bencher.iter(lines));
    group.bench_function("labels", |bencher| {
        bencher.iter(|| {
            let mut crowd = Crowd::new(figure.size_px());
            let placed = place_graticule_labels(black_box(&site), Font::embedded(), &mut crowd).expect("a way");
            draw_graticule_labels(&placed, style, layout)
        });
    });
    group.finish();
}

/// What the view shows, with the margin that its outlines need.
fn window(view: &View, transformers: &Transformers) -> GeoWindow {
    let metres_per_px = view.finest_metres_per_px(transformers).expect("a way to degrees").expect("a view on Earth");
    let margin_m = LevelKey::for_view(metres_per_px).longest_segment_m();
    GeoWindow::of_view(view, margin_m, transformers).expect("a way to degrees").expect("a view on Earth")
}

fn raster_plan(plan: &Plan) -> &RasterPlan {
    plan.steps[0].raster.as_ref().expect("the demo has a raster")
}

/// One whole frame, and its encoding.
fn frames(criterion: &mut Criterion, plan: &Plan, context: Context) {
    let adapter = context.adapter.name.clone();
    let mut drawing = Drawing::new(plan, context);
    let mut image = Vec::new();
    let mut group = criterion.benchmark_group("one_frame");
    group.bench_function(adapter, |bencher| bencher.iter(|| drawing.draw(plan, &mut image)));
    group.finish();

    // A run with a filter for other benches has drawn nothing yet.
    drawing.draw(plan, &mut image);
    let figure = &plan.figures[0];
    let text = figure.title.as_deref().unwrap_or_default();
    let path = plan.path_of(figure);
    let place = plan.place_of(figure);
    let meta = FigureMeta { path: &path, dpi: plan.dpi, title: text, place: Some(&place) };
    let image = Image::new(figure.size_px(), Channels::Rgb, image);
    let mut encoder = FigureEncoder::new(plan.file_format);
    let mut group = criterion.benchmark_group("png");
    group.throughput(Throughput::Bytes(image.bytes().len() as u64));
    group.bench_function("the drawn frame", |bencher| {
        bencher.iter(|| encoder.encode(black_box(&image), &meta).map(<[u8]>::len));
    });
    group.finish();
}

/// All that is made once for one figure: what is on the adapter, and what a frame needs beside it.
struct Drawing {
    renderer: Renderer,
    inverse: InverseGrid,
    forward: ForwardGrid,
    visible: Vec<VisibleLayer>,
    furniture: Vec<Overlay>,
    own: Vec<Overlay>,
}

impl Drawing {
    fn new(plan: &Plan, context: Context) -> Self {
        let figure = &plan.figures[0];
        let (raster, map, style) = (raster_plan(plan), plan.view_of(figure), &plan.step_of(figure).style);
        let view = &map.view;
        let transformers = Transformers::default();
        let domain = Domain::of(view, &transformers).expect("a domain");
        let inverse = InverseGrid::new(view, &domain, &raster.grid.georeference, Precision::Cells, &transformers)
            .expect("a grid");
        let window = window(view, &transformers);
        let placer = Placer::new(view, map.longest_segment_px(), &transformers).expect("a way");
        let forward = ForwardGrid::new(&placer, window);
        let gpu_raster = upload(&context, raster);
        let of_cells = classes(raster);
        let look = RasterLook { raster: gpu_raster, of_means: of_cells.clone(), of_cells, bad: [0; 4] };
        let layers: Vec<_> = plan.layers.iter().map(|layer| outlines(plan, map.level, layer)).collect();
        let strokes: Vec<_> = layers.iter().map(|(look, levels)| (look.clone(), levels)).collect();
        let options = RendererOptions {
            facecolor: [1.0; 4],
            paper: [1.0; 4],
            planes: plan.planes.iter().map(plane_look).collect(),
            planes_below: plan.planes.iter().filter(|plane| plane.below_raster).count(),
            outline_width_px: 1.0,
        };
        let visible = |(layer, (_, levels)): (usize, &(LayerLook, &BTreeMap<LevelKey, LineLevel>))| {
            let chunks = levels[&map.level].chunks.visible(&forward.window).map(|chunk| chunk.first_segment).collect();
            VisibleLayer { layer, level: map.level, chunks }
        };
        let mut renderer =
            Renderer::new(Arc::new(context), &MapLayers { strokes: strokes.clone(), fills: Vec::new() }, &options)
                .expect("a renderer");
        renderer.set_raster(0, Some(look)).expect("a raster");
        let font = Font::embedded();
        let text = figure.title.as_deref().expect("the demo's figures have titles");
        Self {
            visible: strokes.iter().enumerate().map(visible).collect(),
            furniture: furniture(font, style, &figure.layout, MapFrame::Box),
            own: captions(font, style, &figure.layout, Some(text), None),
            renderer,
            inverse,
            forward,
        }
    }

    fn draw(&mut self, plan: &Plan, image: &mut Vec<u8>) {
        let figure = &plan.figures[0];
        let input = FrameInput {
            figure_px: figure.size_px(),
            map_box: figure.layout.map,
            inverse: Some(&self.inverse),
            resampling: figure.resampling,
            finest_only: figure.finest_only,
            over: &[],
            coverage: Coverage::Drawn,
            forward: Some(&self.forward),
            visible: &self.visible,
            fills: &[],
            placed: &[],
            beyond: &[],
            outline: &[],
            furniture: (1, &self.furniture),
            on_map: &[],
            own: &self.own,
        };
        self.renderer.submit(&input).expect("a submitted frame");
        self.renderer.take_oldest().expect("a finished frame").copy_rgb(image);
    }
}

fn plane_look(plane: &Plane) -> PlaneLook {
    PlaneLook { color: plane.color.to_array(), of_areas: plane.of_areas, is_joined: false }
}

fn outlines(plan: &Plan, key: LevelKey, layer: &LayerPlan) -> (LayerLook, BTreeMap<LevelKey, LineLevel>) {
    let outlines = read_outlines(&layer.path).expect("a layer of the demo");
    let level = level(outlines.points, outlines.part_starts, key);
    let plane = layer.classes[0].planes.edge.expect("the demo's layers have lines");
    let width_px = plan.line_px(layer.classes[0].style.linewidth_pt) as f32;
    let look = LayerLook { width_px, plane, kind: StrokeKind::Line };
    (look, BTreeMap::from([(key, level)]))
}

/// The demo's raster is of bytes; [`classes`] and [`upload`] know no other.
fn upload(context: &Context, raster_plan: &RasterPlan) -> GpuRaster {
    assert_eq!(raster_plan.encoding.raw_type, RawType::U8, "the demo's raster is of bytes");
    let nodata_bits = raster_plan.encoding.nodata.map(|raw| raw as u32);
    let format = RasterFormat { kind: CellKind::Unsigned, bytes: 1, nodata_bits };
    let mut raster =
        WholeRaster::new(context, raster_plan.grid.georeference.size, format, false).expect("room for the raster");
    let source = raster_plan.open().expect("the open raster");
    source
        .read_strips(
            None,
            || Ok(CellBuffer::default()),
            |strip| raster.write_rows(context, strip.first_row, strip.bytes()),
        )
        .expect("the demo's raster");
    GpuRaster::Whole(raster)
}

fn classes(plan: &RasterPlan) -> ClassTable {
    let Coloring::Values(value_map) = &*plan.coloring else { panic!("the demo's raster holds values") };
    let class = |raw: f64| value_map.class_of_f64(plan.encoding.value(raw));
    ClassTable::new(RawDomain::Unsigned { max: u32::from(u8::MAX) }, value_map.colors(), &class)
}
