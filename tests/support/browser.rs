//! Web pages as Chromium shows them, without a window and without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Chromium as it is installed.
pub(crate) struct Browser {
    program: PathBuf,
}

/// What became of a page.
#[derive(Debug)]
pub(crate) struct Seen {
    /// What the page answered.
    pub(crate) answer: serde_json::Value,
    /// Errors and other messages on the page's console.
    pub(crate) console: Vec<String>,
}

impl Browser {
    /// Finds Chromium.
    ///
    /// # Panics
    /// If there is none although the variable `CI` is set.
    pub(crate) fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let programs = ["chromium", "chromium-browser", "google-chrome"];
        let found =
            std::env::split_paths(&path).flat_map(|dir| programs.map(|name| dir.join(name))).find(|p| p.is_file());
        assert!(found.is_some() || std::env::var_os("CI").is_none(), "Chromium is not installed");
        if found.is_none() {
            eprintln!("passed over: Chromium is not installed");
        }
        found.map(|program| Self { program })
    }

    /// Opens a page beside whose files a copy may be written, and asks it something once it is loaded: the body of a
    /// JavaScript function that returns what JSON can say.
    pub(crate) fn open(&self, page: &Path, question: &str) -> Seen {
        let text = fs::read_to_string(page).expect("a page");
        // Images in sight may come after the page; those that are not there are complete too.
        let probe = format!(
            "<script>addEventListener('load', function ask() {{\n\
             const inSight = (image) => image.getBoundingClientRect().top < innerHeight;\n\
             if (Array.from(document.images).some((image) => inSight(image) && !image.complete)) {{\n\
             return setTimeout(ask, 20);\n\
             }}\n\
             const answer = JSON.stringify((() => {{ {question} }})());\n\
             document.documentElement.replaceChildren(answer);\n\
             }});</script>\n</body>"
        );
        let copy = page.with_file_name("probe.html");
        fs::write(&copy, text.replace("</body>", &probe)).expect("writable");
        // A busy machine may decode images more slowly than the page's time, which leaps ahead, runs out.
        let seen = (0..4).find_map(|_| self.ask(&copy).ok());
        let seen = seen.unwrap_or_else(|| self.ask(&copy).unwrap_or_else(|told| panic!("{told}")));
        fs::remove_file(copy).expect("there");
        seen
    }

    /// Opens a page that replaces itself by its answer; an error is what was there instead.
    fn ask(&self, page: &Path) -> Result<Seen, String> {
        let profile = tempfile::tempdir().expect("a folder");
        let output = Command::new(&self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
            ])
            // Without a window it is off by default.
            .arg("--blink-settings=lazyLoadEnabled=true")
            .args(["--enable-logging=stderr", "--window-size=1400,1000", "--dump-dom", "--virtual-time-budget=60000"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("file://{}", page.display()))
            .output()
            .expect("Chromium starts");
        let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let json = dom.trim().trim_start_matches("<!DOCTYPE html>").trim();
        let json = json.trim_start_matches("<html lang=\"en\">").trim_end_matches("</html>");
        let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let answer = serde_json::from_str(&json).map_err(|error| format!("{error}: {json}\n{log}"))?;
        Ok(Seen { answer, console: log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect() })
    }
}
