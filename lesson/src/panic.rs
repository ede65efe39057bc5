//! A panic as an error: what NumPy raises, ndarray's operators panic with, and polars does at some damaged files.

use std::{
    fmt,
    panic::{self, UnwindSafe},
    sync::{Mutex, PoisonError},
};

/// The message of a panic.
#[derive(Debug)]
pub struct Panic(String);

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a closure comes to, or the message of the panic that ended it, which is not printed. For lessons that are about
/// the panic, and for a library that panics at what it reads: a program asks before it computes.
///
/// # Errors
/// Where the closure panics.
pub fn caught<T>(closure: impl FnOnce() -> T + UnwindSafe) -> Result<T, Panic> {
    // The hook is the whole process's: one at a time.
    static HOOK: Mutex<()> = Mutex::new(());
    let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(closure);
    panic::set_hook(before);
    drop(hook);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Panic(text.unwrap_or("a panic without a message").to_owned())
    })
}
