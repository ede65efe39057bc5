//! JSON errors: whatever goes wrong, the answer is a problem report (RFC 9457)

use std::io;

use axum::{
    Json, Router,
    extract::{
        Path, Query,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use axum_extra::extract::WithRejection;
use serde::Deserialize;
use serde_json::json;
use tokio::fs;

const BOOKS: [&str; 2] = ["Emma", "Ulysses"];

pub fn app() -> Router {
    Router::new()
        .route("/books", get(list).post(create))
        .route("/books/{id}", get(read))
        .route("/report", get(report))
        .fallback(async || Problem::from(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Problem::from(StatusCode::METHOD_NOT_ALLOWED))
}

struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, detail } = self;
        let body = json!({ "detail": detail, "status": status.as_u16(), "title": status.canonical_reason() });
        (
            status,
            [(header::CONTENT_TYPE, "application/problem+json")],
            Json(body),
        )
            .into_response()
    }
}

impl From<StatusCode> for Problem {
    fn from(status: StatusCode) -> Self {
        Self::new(status, status.canonical_reason().unwrap_or_default())
    }
}

/// What `?` makes of an error that no client can do anything about: the log has it, the answer has not.
impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        tracing::error!("{error}");
        StatusCode::INTERNAL_SERVER_ERROR.into()
    }
}

/// An extractor whose rejection becomes a [`Problem`] by one of the `From` below. Each rejection also has a
/// `body_text`, which says more: the field, the place, and the type that Rust expected.
type Checked<T> = WithRejection<T, Problem>;

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), "A value in the query is wrong")
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "A value in the path is wrong")
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let detail = match rejection {
            JsonRejection::MissingJsonContentType(_) => "The body is not application/json",
            JsonRejection::JsonSyntaxError(_) => "The body is not JSON",
            JsonRejection::JsonDataError(_) => "A field in the body is wrong or missing",
            _ => "The body cannot be read",
        };
        Self::new(rejection.status(), detail)
    }
}

#[derive(Deserialize)]
struct Page {
    page: Option<u16>,
}

async fn list(WithRejection(Query(query), _): Checked<Query<Page>>) -> String {
    format!("Page {}", query.page.unwrap_or(1))
}

#[derive(Deserialize)]
struct Book {
    title: String,
    pages: u16,
}

async fn create(WithRejection(Json(book), _): Checked<Json<Book>>) -> Result<(StatusCode, String), Problem> {
    let Book { title, pages } = book;
    if title.is_empty() {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "A book has a title",
        ));
    }
    Ok((StatusCode::CREATED, format!("{title}, {pages} pages")))
}

async fn read(WithRejection(Path(id), _): Checked<Path<u16>>) -> Result<&'static str, Problem> {
    let book = BOOKS.get(usize::from(id)).copied();
    book.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("There is no book {id}")))
}

async fn report() -> Result<String, Problem> {
    Ok(fs::read_to_string("/no/such/report").await?)
}
