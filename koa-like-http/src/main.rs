use std::process::ExitCode;

use koa_like_http::KoaLikeHttp;

fn main() -> ExitCode {
    lesson::main::<KoaLikeHttp>()
}
