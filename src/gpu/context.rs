//! The adapter and its device, and what the device reports out of turn.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::geo::UNIT_PX;

/// Sizes of the blocks in which device memory is taken; larger things get blocks of their own.
const MEMORY_BLOCK_BYTES: std::ops::Range<u64> = 1 << 20..4 << 20;

/// Which adapter to draw on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AdapterChoice {
    /// The fastest kind there is: a discrete GPU, an integrated one, then software.
    #[default]
    Auto,
    /// A software adapter such as lavapipe.
    Cpu,
    /// Any hardware adapter.
    Gpu,
    /// The adapter with this number in the list of adapters.
    Index(usize),
    /// The first adapter whose name holds this text, upper or lower case.
    Name(String),
}

impl std::str::FromStr for AdapterChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "auto" => Self::Auto,
            "cpu" => Self::Cpu,
            "gpu" => Self::Gpu,
            other => other.parse().map_or_else(|_| Self::Name(other.to_owned()), Self::Index),
        })
    }
}

impl std::fmt::Display for AdapterChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu => f.write_str("gpu"),
            Self::Index(n) => write!(f, "{n}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// One line of the list of adapters.
#[derive(Clone, Debug)]
pub struct AdapterSummary {
    /// The adapter's own name.
    pub name: String,
    /// "discrete GPU", "integrated GPU", "virtual GPU", "CPU" or "other".
    pub kind: &'static str,
    /// The graphics interface, such as "vulkan".
    pub backend: String,
    /// The driver and its version.
    pub driver: String,
}

impl AdapterSummary {
    fn of(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        Self {
            name: info.name,
            kind: match info.device_type {
                wgpu::DeviceType::DiscreteGpu => "discrete GPU",
                wgpu::DeviceType::IntegratedGpu => "integrated GPU",
                wgpu::DeviceType::VirtualGpu => "virtual GPU",
                wgpu::DeviceType::Cpu => "CPU",
                wgpu::DeviceType::Other => "other",
            },
            backend: info.backend.to_string(),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
        }
    }
}

/// A device to draw with; threads may share it.
pub struct Context {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// The adapter it belongs to.
    pub adapter: AdapterSummary,
    report: Arc<Mutex<Report>>,
}

/// One thread may fill a raster while another draws.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Context>();
    shared::<super::WholeRaster>();
    shared::<super::Renderer>();
};

/// What the device said out of turn: the first of each kind.
#[derive(Default)]
struct Report {
    fault: Option<String>,
    /// After this nothing that the device does counts.
    loss: Option<String>,
}

impl Context {
    /// Checks that a figure of this many pixels fits a texture, and its grid too: that may have a node for each pixel of
    /// whole squares, and one more.
    pub(super) fn check_figure_size(&self, [width, height]: [u32; 2]) -> Result<()> {
        let most = self.device.limits().max_texture_dimension_2d - UNIT_PX;
        if width.max(height) <= most {
            return Ok(());
        }
        Err(self.error(format!(
            "a figure of {width} x {height} px does not fit; the adapter draws {most} x {most}: lower --dpi or --figsize"
        )))
    }

    /// Lists the adapters in the order of their numbers.
    #[must_use]
    pub fn adapters() -> Vec<AdapterSummary> {
        find_adapters().iter().map(AdapterSummary::of).collect()
    }

    /// Opens a device on the adapter of the user's choice, with all that the adapter can do.
    ///
    /// # Errors
    /// [`Error::NoAdapter`] if none fits, [`Error::Gpu`] if it gives no device.
    pub fn new(choice: &AdapterChoice) -> Result<Self> {
        let adapters = find_adapters();
        let Some(adapter) = choose(&adapters, choice) else {
            return Err(no_adapter(choice, &adapters));
        };
        let summary = AdapterSummary::of(adapter);
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("mapfolio"),
            // Sums of areas are exact to a level in 32 bits, and off by up to 3 of 255 in 16.
            required_features: adapter.features() & wgpu::Features::FLOAT32_BLENDABLE,
            required_limits: adapter.limits(),
            // The default blocks are several times the size of all that one figure needs.
            memory_hints: wgpu::MemoryHints::Manual { suballocated_device_memory_block_size: MEMORY_BLOCK_BYTES },
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|e| Error::Gpu { adapter: summary.name.clone(), problem: e.to_string() })?;
        let report = Arc::new(Mutex::new(Report::default()));
        let uncaptured = Arc::clone(&report);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| match error {
            wgpu::Error::OutOfMemory { .. } => note_loss(&uncaptured, "the device has no memory left"),
            _ => note_fault(&uncaptured, &error.to_string()),
        }));
        let lost = Arc::clone(&report);
        device.set_device_lost_callback(move |reason, message| {
            if reason != wgpu::DeviceLostReason::Destroyed {
                note_loss(&lost, &format!("the device was lost ({reason:?}): {message}"));
            }
        });
        tracing::info!(adapter = summary.name, backend = summary.backend, driver = summary.driver, "adapter");
        Ok(Self { device, queue, adapter: summary, report })
    }

    /// Whether the device draws through OpenGL.
    pub(super) fn is_opengl(&self) -> bool {
        self.adapter.backend == wgpu::Backend::Gl.to_string()
    }

    /// Fails if the device reported an error or was lost since it was made.
    ///
    /// # Errors
    /// [`Error::DeviceLost`] once the device was lost or out of memory, [`Error::Gpu`] after any other report; with
    /// the first report of its kind.
    pub fn check(&self) -> Result<()> {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        match &*report {
            Report { loss: Some(problem), .. } => {
                Err(Error::DeviceLost { adapter: self.adapter.name.clone(), problem: problem.clone() })
            }
            Report { fault: Some(problem), .. } => Err(self.error(problem)),
            Report { .. } => Ok(()),
        }
    }

    /// Waits until a submission has been executed, or until all have.
    ///
    /// # Errors
    /// As [`check`](Self::check), or [`Error::Gpu`] if the device does not get there.
    pub fn wait(&self, submission_index: Option<wgpu::SubmissionIndex>) -> Result<()> {
        self.check()?;
        let wait = wgpu::PollType::Wait { submission_index, timeout: None };
        // wgpu panics if it is this call that finds the device gone.
        match catch_unwind(AssertUnwindSafe(|| self.device.poll(wait))) {
            Ok(Ok(_)) => self.check(),
            Ok(Err(e)) => self.check().and_then(|()| Err(self.error(e))),
            Err(_) => {
                note_loss(&self.report, "the device was lost while it was waited for");
                self.check()
            }
        }
    }

    /// Loses the device as a driver may at any time. For tests.
    #[doc(hidden)]
    pub fn lose(&self) {
        note_loss(&self.report, "the device was lost (on request)");
        self.device.destroy();
    }

    /// An error of this adapter.
    #[must_use]
    pub fn error(&self, problem: impl std::fmt::Display) -> Error {
        Error::Gpu { adapter: self.adapter.name.clone(), problem: problem.to_string() }
    }
}

fn note_fault(report: &Mutex<Report>, problem: &str) {
    report.lock().unwrap_or_else(PoisonError::into_inner).fault.get_or_insert_with(|| problem.to_owned());
}

fn note_loss(report: &Mutex<Report>, problem: &str) {
    report.lock().unwrap_or_else(PoisonError::into_inner).loss.get_or_insert_with(|| problem.to_owned());
}

/// Adapters of the native interfaces, or of OpenGL only where there are no others: loading it is not free.
fn find_adapters() -> Vec<wgpu::Adapter> {
    let native = wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12;
    for backends in [native, wgpu::Backends::GL] {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = backends;
        descriptor.flags = wgpu::InstanceFlags::empty();
        let found = pollster::block_on(wgpu::Instance::new(descriptor).enumerate_adapters(backends));
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn choose<'a>(adapters: &'a [wgpu::Adapter], choice: &AdapterChoice) -> Option<&'a wgpu::Adapter> {
    let speed = |adapter: &&wgpu::Adapter| match adapter.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    };
    let is_cpu = |adapter: &&wgpu::Adapter| adapter.get_info().device_type == wgpu::DeviceType::Cpu;
    match choice {
        AdapterChoice::Auto => adapters.iter().min_by_key(speed),
        AdapterChoice::Cpu => adapters.iter().find(is_cpu),
        AdapterChoice::Gpu => adapters.iter().filter(|a| !is_cpu(a)).min_by_key(speed),
        AdapterChoice::Index(n) => adapters.get(*n),
        AdapterChoice::Name(part) => {
            let part = part.to_lowercase();
            adapters.iter().find(|a| a.get_info().name.to_lowercase().contains(&part))
        }
    }
}

fn no_adapter(choice: &AdapterChoice, adapters: &[wgpu::Adapter]) -> Error {
    let remedy = if adapters.is_empty() {
        "no Vulkan or OpenGL driver was found; on Debian and Ubuntu install libvulkan1 and mesa-vulkan-drivers, \
         which bring a software adapter"
            .to_owned()
    } else {
        let list: Vec<_> =
            adapters.iter().enumerate().map(|(i, a)| format!("{i} = {}", AdapterSummary::of(a).name)).collect();
        format!("there are: {}", list.join(", "))
    };
    Error::NoAdapter { wanted: choice.to_string(), remedy }
}
