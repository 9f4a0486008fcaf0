//! A job in parts: together they draw what one run draws, and each raster is read by as few as possible.

use super::bench::{Bench, assert_same, summary};
use crate::support::{mapfolio, mapfolio_in, text};

#[test]
fn shards_together_draw_what_one_run_draws() {
    const RASTERS: usize = 5;
    let bench = Bench::new(RASTERS);
    let whole = bench.draw("whole", &[]);
    for shards in [2, 3, 7, 64] {
        let out = format!("in{shards}");
        let mut opened = 0;
        for index in 1..=shards {
            let outcome = bench.render(&out, &["--json", &format!("--shard={index}/{shards}")]);
            assert_eq!(outcome.code, Some(0), "shard {index}/{shards}: {}", outcome.stderr);
            opened += summary(&outcome)["rasters_opened"].as_u64().expect("a count");
        }
        assert_same(&bench.files(&out), &whole, &format!("{shards} shards"));
        assert!(opened <= (RASTERS + shards) as u64, "{shards} shards opened rasters {opened} times");
        let merged = mapfolio(["merge", &text(&bench.path(&out))]);
        assert_eq!(merged.code, Some(0), "{}{}", merged.stdout, merged.stderr);
        assert_eq!(bench.lines(&format!("{out}/manifest.jsonl"), "figure").len(), whole.len());
    }
}

#[test]
fn a_missing_shard_is_told_when_they_are_merged() {
    let bench = Bench::new(2);
    bench.draw("out", &["--shard=1/2"]);
    let merged = mapfolio(["merge", &text(&bench.path("out"))]);
    assert_eq!(merged.code, Some(3), "{}{}", merged.stdout, merged.stderr);
    assert!(merged.stdout.contains("2/2"), "{}", merged.stdout);
}

#[test]
fn the_shard_of_an_array_of_jobs_is_taken_and_told() {
    let bench = Bench::new(2);
    let array = [
        ("SLURM_ARRAY_TASK_ID", "6"),
        ("SLURM_ARRAY_TASK_MIN", "4"),
        ("SLURM_ARRAY_TASK_MAX", "6"),
        ("SLURM_ARRAY_TASK_COUNT", "2"),
    ];
    let outcome = mapfolio_in(&array, bench.args("slurm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("shard 2/2") && outcome.stderr.contains("--shard 1/1"), "{}", outcome.stderr);
    assert_eq!(bench.files("slurm").len(), 4);
    let indexed = [("JOB_COMPLETION_INDEX", "0"), ("MAPFOLIO_SHARDS", "2")];
    assert_eq!(mapfolio_in(&indexed, bench.args("indexed")).code, Some(0));
    assert_eq!(bench.files("indexed").len(), 4);
    let outcome = mapfolio_in(&indexed[..1], bench.args("none"));
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("MAPFOLIO_SHARDS") && !bench.path("none").exists(), "{}", outcome.stderr);
}
