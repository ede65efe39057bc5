//! How a server is reached: over TCP or, where the lesson is about it, over TLS.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Result;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// A server under question.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The certificate that it must have, where it speaks TLS.
    pub(crate) certificate: Option<PathBuf>,
}

pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

impl Server {
    /// A new connection.
    pub(crate) async fn dial(&self) -> Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(self.address).await?;
        match &self.certificate {
            None => Ok(Box::new(stream)),
            #[cfg(feature = "full")]
            Some(certificate) => Ok(Box::new(tls(stream, certificate).await?)),
            #[cfg(not(feature = "full"))]
            Some(_) => anyhow::bail!("the lesson needs TLS: add --features full before the --"),
        }
    }
}

/// Trusts this certificate and no other.
#[cfg(feature = "full")]
async fn tls(
    stream: TcpStream,
    certificate: &std::path::Path,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>> {
    use rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    };

    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_file(certificate)?)?;
    let config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    Ok(connector
        .connect(ServerName::try_from("localhost")?, stream)
        .await?)
}
