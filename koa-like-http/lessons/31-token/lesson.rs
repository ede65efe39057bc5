//! Sign-in with a token: whoever has the password gets a JWT, and whoever shows it is known

use axum::{
    Json, RequestPartsExt, Router,
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response, Result},
    routing::{get, post},
};
use axum_extra::{
    TypedHeader,
    headers::{Authorization, authorization::Bearer},
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode, get_current_timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Constant, so that tokens made beforehand can be tried. A real program reads its own from the environment.
const SECRET: &[u8] = b"the secret of this lesson alone, 40 bytes";
const HOUR: u64 = 60 * 60;

pub fn app() -> Router {
    Router::new()
        .route("/login", post(login))
        .route("/me", get(me))
        .fallback((StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Credentials {
    user: String,
    password: String,
}

async fn login(Json(credentials): Json<Credentials>) -> Result<Json<Value>> {
    // A real program keeps a hash made for passwords, Argon2 for example, and compares with that.
    if credentials.user != "alice" || credentials.password != "open sesame" {
        return Err(Unauthorized("Bearer").into());
    }
    let claims = Claims {
        sub: credentials.user,
        exp: get_current_timestamp() + HOUR,
    };
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET))
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "token": token })))
}

/// A handler that asks for [`Claims`] runs only for those who are signed in.
async fn me(claims: Claims) -> String {
    claims.sub
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
}

impl<S: Send + Sync> FromRequestParts<S> for Claims {
    type Rejection = Unauthorized;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Unauthorized> {
        let TypedHeader(Authorization(bearer)) = parts
            .extract::<TypedHeader<Authorization<Bearer>>>()
            .await
            .map_err(|_| Unauthorized("Bearer"))?;
        // Unless told otherwise it forgives a minute and does not look at `nbf`.
        let mut rules = Validation::new(Algorithm::HS256);
        rules.leeway = 0;
        rules.validate_nbf = true;
        decode(bearer.token(), &DecodingKey::from_secret(SECRET), &rules)
            .map(|token| token.claims)
            .map_err(|_| Unauthorized(r#"Bearer error="invalid_token""#))
    }
}

/// 401 with this challenge. What exactly is wrong with a token is nobody's business.
struct Unauthorized(&'static str);

impl IntoResponse for Unauthorized {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::WWW_AUTHENTICATE, self.0),
        ];
        let problem = json!({ "status": 401, "title": "Unauthorized" });
        (StatusCode::UNAUTHORIZED, headers, Json(problem)).into_response()
    }
}
