//! Uploads: files go to the disk piece by piece, under names of our own, and none where the body is broken

use std::{io, sync::Arc};

use axum::{
    Router,
    extract::{
        DefaultBodyLimit, Multipart, State,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tempfile::{NamedTempFile, TempDir, TempPath};
use tokio::{fs::File, io::AsyncWriteExt};

const MAX_FILES: usize = 10;

pub fn app() -> Router {
    // The folder goes when the application goes.
    app_with(tempfile::Builder::new().prefix("koa-like-http-").tempdir())
}

fn app_with(uploads: io::Result<TempDir>) -> Router {
    Router::new()
        .fallback(main)
        .layer(DefaultBodyLimit::max(1024 * 1024))
        .with_state(Arc::new(uploads))
}

async fn main(
    State(uploads): State<Arc<io::Result<TempDir>>>,
    multipart: Result<Option<Multipart>, MultipartRejection>,
) -> Result<String, Refusal> {
    let uploads = uploads
        .as_ref()
        .as_ref()
        .map_err(|_| Refusal(StatusCode::INTERNAL_SERVER_ERROR))?;
    let mut multipart = multipart?.ok_or(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
    let (mut files, mut lines) = (Vec::new(), Vec::new());
    while let Some(field) = multipart.next_field().await? {
        // What the client calls it is text and nothing more. A form without a chosen file sends an empty name.
        let Some(name) = field
            .file_name()
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
        else {
            continue;
        };
        if files.len() == MAX_FILES {
            return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let (file, size) = save(field, uploads).await?;
        files.push(file);
        lines.push(format!("{name}: {size} bytes\n"));
    }
    let count = files.len();
    // Until here each `?` has deleted them.
    for file in files {
        file.keep().map_err(|error| error.error)?;
    }
    lines.sort();
    Ok(format!("files: {count}\n{}", lines.concat()))
}

async fn save(mut field: Field<'_>, uploads: &TempDir) -> Result<(TempPath, usize), Refusal> {
    let (file, path) = NamedTempFile::new_in(uploads)?.into_parts();
    let mut file = File::from_std(file);
    let mut size = 0;
    while let Some(piece) = field.chunk().await? {
        file.write_all(&piece).await?;
        size += piece.len();
    }
    file.flush().await?;
    Ok((path, size))
}

struct Refusal(StatusCode);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.0.canonical_reason().unwrap_or_default()).into_response()
    }
}

impl From<MultipartRejection> for Refusal {
    fn from(rejection: MultipartRejection) -> Self {
        Self(rejection.status())
    }
}

impl From<MultipartError> for Refusal {
    fn from(error: MultipartError) -> Self {
        Self(error.status())
    }
}

impl From<io::Error> for Refusal {
    fn from(_: io::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use axum::{body::Body, http::Request};
    use tower::ServiceExt;

    use super::*;

    /// What lies in the upload folder after the request, and whether anything lies beside it.
    async fn upload(content_type: &str, body: String) -> (StatusCode, Vec<String>) {
        let parent = tempfile::tempdir().unwrap();
        let uploads = tempfile::tempdir_in(&parent).unwrap();
        let folder = uploads.path().to_owned();
        let app = app_with(Ok(uploads));
        let request = Request::post("/")
            .header("content-type", content_type)
            .body(Body::from(body))
            .unwrap();
        let status = app.clone().oneshot(request).await.unwrap().status();
        let mut stored: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        stored.sort();
        assert_eq!(
            fs::read_dir(&parent).unwrap().count(),
            1,
            "something lies beside the folder"
        );
        drop(app);
        assert!(!folder.exists());
        (status, stored)
    }

    fn part(name: &str, content: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n{content}\r\n")
    }

    async fn upload_parts(parts: &[(&str, &str)], end: &str) -> (StatusCode, Vec<String>) {
        let parts: String = parts.iter().map(|(name, content)| part(name, content)).collect();
        upload("multipart/form-data; boundary=b", parts + end).await
    }

    #[tokio::test]
    async fn no_name_leaves_the_folder() {
        let names = [
            "../x",
            "../../x",
            "/tmp/koa-like-http-x",
            "..",
            ".",
            "a/b",
            "..\\x",
            "%2e%2e/x",
        ];
        for name in names {
            let (_, stored) = upload_parts(&[(name, "content")], "--b--\r\n").await;
            assert_eq!(stored, ["content"], "{name}");
        }
        assert!(!std::path::Path::new("/tmp/koa-like-http-x").exists());
    }

    #[tokio::test]
    async fn two_files_of_a_name_are_two_files() {
        let (status, stored) = upload_parts(&[("x", "one"), ("x", "two")], "--b--\r\n").await;
        assert_eq!(
            (status, stored),
            (StatusCode::OK, vec!["one".to_owned(), "two".to_owned()])
        );
    }

    #[tokio::test]
    async fn no_name_is_no_file() {
        assert_eq!(
            upload_parts(&[("", "content")], "--b--\r\n").await,
            (StatusCode::OK, vec![])
        );
    }

    #[tokio::test]
    async fn what_breaks_off_leaves_nothing() {
        assert_eq!(
            upload_parts(&[("x", "one"), ("y", "tw")], "").await,
            (StatusCode::BAD_REQUEST, vec![])
        );
    }

    #[tokio::test]
    async fn what_is_too_large_leaves_nothing() {
        let large = "a".repeat(1024 * 1024);
        let files = [("x", "one"), ("y", large.as_str())];
        assert_eq!(
            upload_parts(&files, "--b--\r\n").await,
            (StatusCode::PAYLOAD_TOO_LARGE, vec![])
        );
        let many = [("x", "one"); MAX_FILES + 1];
        assert_eq!(
            upload_parts(&many, "--b--\r\n").await,
            (StatusCode::PAYLOAD_TOO_LARGE, vec![])
        );
    }

    #[tokio::test]
    async fn json_that_names_files_of_the_server_copies_none() {
        let body = r#"{"files":{"f":{"path":"/etc/passwd","name":"x"}}}"#.to_owned();
        assert_eq!(
            upload("application/json", body).await,
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, vec![])
        );
    }
}
