//! Which shard a cluster's scheduler gave this process: the variables that Slurm's job arrays and Kubernetes' indexed
//! jobs set.

use super::Shard;
use crate::error::{Error, Result};

const SLURM_ID: &str = "SLURM_ARRAY_TASK_ID";
const SLURM_MIN: &str = "SLURM_ARRAY_TASK_MIN";
const SLURM_MAX: &str = "SLURM_ARRAY_TASK_MAX";
const SLURM_COUNT: &str = "SLURM_ARRAY_TASK_COUNT";
const SLURM_STEP: &str = "SLURM_ARRAY_TASK_STEP";
const KUBERNETES_INDEX: &str = "JOB_COMPLETION_INDEX";
const SHARDS: &str = "MAPFOLIO_SHARDS";

impl Shard {
    /// The shard that the scheduler gave this process, and how that is known, for the log; None outside of an array.
    ///
    /// `get` looks up a variable of the environment. A Slurm array (sbatch(1), "Output environment variables") must be
    /// even, such as `--array=0-63` or `1-127:2`, for its tasks do not know the gaps of any other. A Kubernetes job of
    /// `completionMode: Indexed` does not tell its pods how many they are, so `MAPFOLIO_SHARDS` must.
    ///
    /// # Errors
    /// [`Error::Value`] or [`Error::Missing`] that names the variable.
    pub fn from_environment(get: impl Fn(&str) -> Option<String>) -> Result<Option<(Self, String)>> {
        let found = |key: &str| get(key).is_some_and(|value| !value.is_empty());
        let shard = if found(SLURM_ID) {
            slurm_array(&get)?
        } else if found(KUBERNETES_INDEX) {
            kubernetes_index(&get)?
        } else {
            return Ok(None);
        };
        Ok(Some(shard))
    }
}

fn slurm_array(get: &impl Fn(&str) -> Option<String>) -> Result<(Shard, String)> {
    const REMEDY: &str = "give --shard I/N";
    let number = |key| number(get, key, REMEDY);
    let (id, first, last, count) = (number(SLURM_ID)?, number(SLURM_MIN)?, number(SLURM_MAX)?, number(SLURM_COUNT)?);
    let uneven = || {
        let array = format_args!("{count} tasks from {first} to {last}");
        Error::value(SLURM_ID, id, format!("is in an array with gaps, of {array}"), format!("{REMEDY} in each task"))
    };
    let steps = count.checked_sub(1).ok_or_else(uneven)?;
    let span = last.checked_sub(first).ok_or_else(uneven)?;
    let step = span.checked_div(steps).unwrap_or(1);
    let place = id.checked_sub(first).ok_or_else(uneven)?;
    // Slurm's own step tells 1,2,3,7 from 1-7:2.
    let told_step = get(SLURM_STEP).and_then(|text| text.trim().parse().ok()).filter(|_| steps > 0).unwrap_or(step);
    if step == 0 || step != told_step || steps * step != span || place % step != 0 || place > span {
        return Err(uneven());
    }
    let shard = Shard::new(place / step + 1, count)?;
    Ok((shard, format!("shard {shard}: task {id} of the Slurm array {first}-{last}, {SLURM_ID}")))
}

fn kubernetes_index(get: &impl Fn(&str) -> Option<String>) -> Result<(Shard, String)> {
    let index = number(get, KUBERNETES_INDEX, "give --shard I/N")?;
    let count = number(get, SHARDS, "set it to the job's completions, or give --shard I/N")?;
    if index >= count {
        let remedy = format!("set {SHARDS} to the job's completions");
        return Err(Error::value(KUBERNETES_INDEX, index, format!("is past the last of {count} shards"), remedy));
    }
    let shard = Shard::new(index + 1, count)?;
    Ok((shard, format!("shard {shard}: {KUBERNETES_INDEX} {index} of {SHARDS} {count}")))
}

fn number(get: &impl Fn(&str) -> Option<String>, key: &str, remedy: &str) -> Result<u32> {
    let text = get(key).ok_or_else(|| Error::Missing { key: key.into(), remedy: remedy.into() })?;
    text.trim().parse().map_err(|_| Error::value(key, text, "is not a whole number", remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Result<Option<(Shard, String)>> {
        Shard::from_environment(|key| variables.iter().find(|(name, _)| *name == key).map(|(_, v)| (*v).to_owned()))
    }

    fn slurm<'a>(id: &'a str, first: &'a str, last: &'a str, count: &'a str) -> [(&'a str, &'a str); 4] {
        [(SLURM_ID, id), (SLURM_MIN, first), (SLURM_MAX, last), (SLURM_COUNT, count)]
    }

    #[test]
    fn tasks_of_an_even_slurm_array_are_shards() {
        for (variables, shard) in [
            (slurm("0", "0", "63", "64"), "1/64"),
            (slurm("63", "0", "63", "64"), "64/64"),
            (slurm("5", "1", "7", "4"), "3/4"),
            (slurm("9", "9", "9", "1"), "1/1"),
        ] {
            let (found, how) = found(&variables).expect("an even array").expect("an array");
            assert_eq!(found.to_string(), shard);
            assert!(how.contains(SLURM_ID), "{how}");
        }
    }

    #[test]
    fn slurm_arrays_with_gaps_are_refused() {
        let uneven = slurm("3", "1", "7", "4").to_vec();
        let with_step = [&slurm("7", "1", "7", "4")[..], &[(SLURM_STEP, "1")]].concat();
        for variables in [slurm("2", "1", "7", "4").to_vec(), slurm("1", "1", "8", "4").to_vec(), with_step] {
            let message = found(&variables).expect_err("gaps").to_string();
            assert!(message.contains("gaps") && message.contains("--shard"), "{message}");
        }
        assert_eq!(found(&uneven).expect("even").expect("an array").0.to_string(), "2/4");
        let message = found(&uneven[..3]).expect_err("no count").to_string();
        assert_eq!(message, "SLURM_ARRAY_TASK_COUNT is missing; give --shard I/N");
    }

    #[test]
    fn pods_of_an_indexed_job_are_shards_once_they_know_how_many_they_are() {
        let (shard, _) = found(&[(KUBERNETES_INDEX, "0"), (SHARDS, "8")]).expect("known").expect("a job");
        assert_eq!(shard.to_string(), "1/8");
        let message = found(&[(KUBERNETES_INDEX, "0")]).expect_err("not known").to_string();
        assert!(message.starts_with("MAPFOLIO_SHARDS is missing"), "{message}");
        assert!(found(&[(KUBERNETES_INDEX, "8"), (SHARDS, "8")]).is_err());
        assert!(found(&[(SHARDS, "8")]).expect("nothing wrong").is_none());
    }
}
