//! A PostgreSQL of one's own, for the recording and the tests of the lesson that needs one.

use std::{
    env,
    ffi::OsString,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::scratch::Scratch;

/// Stops the server of a folder at once, whose files go with it.
const STOP: &str = r#"kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")""#;

/// A server with an empty database in a temporary folder; it ends with this value, or with this process.
#[derive(Debug)]
pub struct Server {
    programs: Programs,
    folder: Scratch,
    port: u16,
}

impl Server {
    /// Starts one on a free port of this machine.
    ///
    /// # Errors
    /// Where PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self> {
        let folder = Scratch::stopped_by(STOP)?;
        let programs = Programs::find(folder.path())?;
        let mut initdb = programs.command("initdb", folder.path());
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ]);
        succeed(initdb)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let server = Self {
            programs,
            folder,
            port,
        };
        let mut start = server.pg_ctl("start");
        start.arg("--log").arg(server.folder.path().join("log"));
        start.arg("--options").arg(format!(
            "-p {port} -c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        ));
        succeed(start)?;
        Ok(server)
    }

    /// Where it is, as `DATABASE_URL` wants it.
    pub fn url(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn pg_ctl(&self, what: &str) -> Command {
        let mut command = self.programs.command("pg_ctl", self.folder.path());
        command.args([what, "--wait", "--timeout", "300"]);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = self.pg_ctl("stop");
        stop.args(["--mode", "fast"]);
        if let Err(error) = succeed(stop) {
            eprintln!("PostgreSQL may still run: {error}");
        }
    }
}

/// Where PostgreSQL's programs lie, and whose they are run as.
#[derive(Debug)]
struct Programs {
    folder: PathBuf,
    #[cfg(unix)]
    nobody: bool,
}

/// The server refuses to run as root.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

impl Programs {
    /// On the path, or where Debian has them, the newest version first. `home` is a folder that was just made; it becomes
    /// the property of who runs them.
    fn find(home: &Path) -> Result<Self> {
        let paths = env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<_> = env::split_paths(&paths).collect();
        let mut versions: Vec<(u32, OsString)> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name())
            .filter_map(|name| Some((name.to_str()?.parse().ok()?, name)))
            .collect();
        versions.sort();
        let debian = |(_, name)| Path::new("/usr/lib/postgresql").join(name).join("bin");
        folders.extend(versions.into_iter().rev().map(debian));
        let name = format!("initdb{}", env::consts::EXE_SUFFIX);
        let folder = folders
            .into_iter()
            .find(|folder| folder.join(&name).exists())
            .context("no initdb is found: install PostgreSQL's server")?;
        Ok(Self {
            folder,
            #[cfg(unix)]
            nobody: given_to_nobody(home)?,
        })
    }

    fn command(&self, program: &str, home: &Path) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command
            .current_dir(home)
            .stdin(Stdio::null())
            .env("LC_ALL", "C")
            .env("PGDATA", home.join("data"));
        #[cfg(unix)]
        if self.nobody {
            std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
        }
        command
    }
}

/// Whether the folder was root's, and is nobody's now.
#[cfg(unix)]
fn given_to_nobody(folder: &Path) -> Result<bool> {
    use std::os::unix::fs::{MetadataExt, chown};

    let is_root = fs::metadata(folder)?.uid() == 0;
    if is_root {
        chown(folder, Some(NOBODY), None)?;
    }
    Ok(is_root)
}

fn succeed(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let complaint = tempfile::tempfile()?;
    // A file: the server keeps what it inherits open, and a pipe would never end.
    let status = command
        .stdout(Stdio::null())
        .stderr(complaint.try_clone()?)
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    let complaint = std::io::read_to_string(complaint).unwrap_or_default();
    ensure!(status.success(), "{program} failed: {}", complaint.trim());
    Ok(())
}
