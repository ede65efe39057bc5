//! Programs that are to end in time: one that hangs fails its test, and does not hang it.

use std::{
    io,
    process::{Child, Output},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

/// Kills a program that has not ended within a time. It is to be dropped when the program has ended.
pub struct Limit {
    _ended: mpsc::Sender<()>,
}

impl Limit {
    pub fn of(program: &Child, limit: Duration) -> Self {
        let id = Pid::from_child(program);
        let (ended, end) = mpsc::channel::<()>();
        thread::spawn(move || {
            if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                kill_process(id, Signal::KILL)
            } else {
                Ok(())
            }
        });
        Self { _ended: ended }
    }
}

/// What a program prints; where it was killed, its status says so.
pub fn output_within(limit: Duration, program: Child) -> io::Result<Output> {
    let _limit = Limit::of(&program, limit);
    program.wait_with_output()
}
