//! Shared state: one store that every handler sees

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::sync::RwLock;

/// Handlers run on several threads at once, so what they change stands behind a lock or is atomic: anything
/// else does not compile. Tokio's lock may be held across an `await`, and a panic does not poison it; std's is quicker.
#[derive(Default)]
struct Store {
    notes: RwLock<BTreeMap<String, String>>,
    reads: AtomicU64,
}

pub fn app() -> Router {
    Router::new()
        .route("/reads", get(reads))
        .route("/notes", get(list))
        .route("/notes/{name}", get(read).put(write).delete(remove))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .with_state(Arc::new(Store::default()))
}

async fn reads(State(store): State<Arc<Store>>) -> String {
    store.reads.load(Relaxed).to_string()
}

async fn list(State(store): State<Arc<Store>>) -> String {
    store
        .notes
        .read()
        .await
        .keys()
        .map(|name| format!("{name}\n"))
        .collect()
}

async fn read(
    State(store): State<Arc<Store>>,
    Path(name): Path<String>,
) -> Result<String, impl IntoResponse> {
    store.reads.fetch_add(1, Relaxed);
    store
        .notes
        .read()
        .await
        .get(&name)
        .cloned()
        .ok_or((StatusCode::NOT_FOUND, "Not Found"))
}

async fn write(State(store): State<Arc<Store>>, Path(name): Path<String>, text: String) -> Response {
    match store.notes.write().await.insert(name, text) {
        None => (StatusCode::CREATED, "Created").into_response(),
        Some(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn remove(State(store): State<Arc<Store>>, Path(name): Path<String>) -> Response {
    match store.notes.write().await.remove(&name) {
        None => (StatusCode::NOT_FOUND, "Not Found").into_response(),
        Some(_) => StatusCode::NO_CONTENT.into_response(),
    }
}
