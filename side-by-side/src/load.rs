//! The load: wrk, with the same number of connections for everyone.

use std::{fs, net::SocketAddr, process::Command};

use anyhow::{Context, Result, bail, ensure};

pub(crate) const CONNECTIONS: u32 = 64;

/// What is asked again and again.
pub(crate) struct Request {
    pub(crate) path: &'static str,
    /// A JSON body to POST.
    pub(crate) json: Option<&'static str>,
    /// Whether the answer is an error, as 404 is in a lesson about it.
    pub(crate) refused: bool,
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) requests: f64,
    pub(crate) requests_per_second: f64,
    pub(crate) p99_micros: f64,
}

/// Puts the server at this address under load for so many seconds.
///
/// # Errors
/// Where wrk is missing, or where connections failed or answers were not what they should be: then the figures mean
/// nothing.
pub(crate) fn run(address: SocketAddr, request: &Request, seconds: u32) -> Result<Outcome> {
    let mut wrk = Command::new("wrk");
    wrk.args([
        "--threads",
        "1",
        "--latency",
        "--connections",
        &CONNECTIONS.to_string(),
    ]);
    wrk.args(["--duration", &format!("{seconds}s")]);
    // An answer that is late is one of the slowest, and no failure; by default it is one after two seconds.
    wrk.args(["--timeout", "60s"]);
    let script;
    if let Some(body) = request.json {
        script = tempfile::NamedTempFile::new()?;
        let text = format!(
            "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{body}'\n"
        );
        fs::write(&script, text)?;
        wrk.arg("--script").arg(script.path());
    }
    let output = wrk
        .arg(format!("http://{address}{}", request.path))
        .output()
        .context("cannot run wrk: install it, for example by apt-get install wrk or brew install wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "wrk failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    parse(&text, request.refused).with_context(|| format!("cannot read what wrk printed: {text}"))
}

fn parse(text: &str, refused: bool) -> Result<Outcome> {
    if let Some(errors) = text.lines().find(|line| line.contains("Socket errors")) {
        bail!("connections failed: {}", errors.trim());
    }
    let errors = text
        .lines()
        .find(|line| line.contains("Non-2xx or 3xx responses"));
    ensure!(
        errors.is_some() == refused,
        "unexpected answers: {}",
        errors.unwrap_or("no errors").trim()
    );
    let mut words = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let (mut requests, mut rate, mut p99) = (None, None, None);
    words.try_for_each(|words| -> Result<()> {
        match words.as_slice() {
            [count, "requests", "in", ..] => requests = Some(count.parse()?),
            ["Requests/sec:", count] => rate = Some(count.parse()?),
            ["99%", time] => p99 = Some(micros(time)?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(Outcome {
        requests: requests.context("no count of requests")?,
        requests_per_second: rate.context("no rate")?,
        p99_micros: p99.context("no 99th percentile")?,
    })
}

fn micros(text: &str) -> Result<f64> {
    let (number, factor) = match text {
        _ if text.ends_with("us") => (text.trim_end_matches("us"), 1.0),
        _ if text.ends_with("ms") => (text.trim_end_matches("ms"), 1e3),
        _ => (text.trim_end_matches('s'), 1e6),
    };
    Ok(number.parse::<f64>()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "Running 3s test @ http://127.0.0.1:1/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   524.59us  113.51us   3.46ms   80.05%
  Latency Distribution
     50%  509.00us
     99%    1.25ms
  365093 requests in 3.10s, 51.53MB read
  Non-2xx or 3xx responses: 365093
Requests/sec: 117775.50
Transfer/sec:     16.62MB
";

    #[test]
    fn reads_what_wrk_prints() {
        let outcome = parse(PRINTED, true).unwrap();
        assert_eq!(outcome.requests, 365_093.0);
        assert_eq!(outcome.requests_per_second, 117_775.5);
        assert_eq!(outcome.p99_micros, 1250.0);
    }

    #[test]
    fn refuses_a_round_with_failed_connections() {
        let failed = PRINTED.replace(
            "  Non-2xx",
            "  Socket errors: connect 0, read 3, write 0, timeout 0\n  Non-2xx",
        );
        assert!(parse(&failed, true).is_err());
    }

    #[test]
    fn refuses_a_round_with_answers_of_another_kind() {
        assert!(parse(PRINTED, false).is_err());
        let fine = PRINTED.replace("  Non-2xx or 3xx responses: 365093\n", "");
        assert!(parse(&fine, false).is_ok() && parse(&fine, true).is_err());
    }
}
