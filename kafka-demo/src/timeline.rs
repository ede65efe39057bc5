//! What happened when: the changes of ZooKeeper's nodes and the lesson's own marks, told as they come.

use std::{
    fmt::Display,
    io::Write,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, anyhow};
use tokio::{sync::watch, task::JoinHandle};
use zookeeper_client::{EventType, PersistentWatcher, SessionState};

use crate::{
    Kafka,
    lock::lock,
    zookeeper::{Change, Nodes, Subject, ZooKeeper},
};

/// How long a cluster may take to get in order again: on a busy machine the start of a broker is most of it.
const LONGEST: Duration = Duration::from_secs(120);

/// Watches ZooKeeper's nodes, and tells each change with the time since the fault.
#[derive(Debug)]
pub struct Timeline {
    story: Arc<Story>,
    nodes: watch::Receiver<Nodes>,
    watching: JoinHandle<()>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub at: Instant,
    pub what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// What the lesson did, or saw at its clients.
    Mark(String),
    /// A node changed, and all are now like this.
    Change(Change, Nodes),
}

#[derive(Debug)]
struct Story {
    aloud: bool,
    first: Nodes,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    fault: Option<Instant>,
    entries: Vec<Entry>,
}

impl Timeline {
    /// Watches the cluster's nodes and those of these topics from now on, and tells of them once there is a fault.
    ///
    /// # Errors
    /// Where ZooKeeper does not answer.
    pub async fn start(kafka: &Kafka, zookeeper: &ZooKeeper, topics: &[&str]) -> Result<Self> {
        let topics: Vec<_> = topics.iter().map(ToString::to_string).collect();
        // Watched first and read then, so that no change comes between the two.
        let watcher = zookeeper.watch().await?;
        let first = zookeeper.nodes(&topics).await?;
        let (sender, nodes) = watch::channel(first.clone());
        let story = Arc::new(Story {
            aloud: kafka.aloud(),
            first,
            told: Mutex::default(),
        });
        let watching = Watching {
            zookeeper: zookeeper.clone(),
            topics,
            nodes: sender,
            story: Arc::clone(&story),
        };
        let watching = tokio::spawn(watching.run(watcher));
        Ok(Self {
            story,
            nodes,
            watching,
        })
    }

    /// The fault: its time is the timeline's zero.
    pub fn fault(&self, text: impl Display) {
        self.story.told().fault = Some(Instant::now());
        self.mark(text);
    }

    /// Something that the lesson does, or sees at its clients.
    pub fn mark(&self, text: impl Display) {
        self.story.tell(What::Mark(text.to_string()));
    }

    /// The time since the fault.
    pub fn since_fault(&self) -> Duration {
        self.story
            .told()
            .fault
            .map_or(Duration::ZERO, |fault| fault.elapsed())
    }

    /// The nodes as they are now.
    pub fn now(&self) -> Nodes {
        self.nodes.borrow().clone()
    }

    /// Waits until the nodes are like this.
    ///
    /// # Errors
    /// Where they are not within two minutes. `what` is the message's subject: `"a new leader"`.
    pub async fn until(&self, what: &str, condition: impl FnMut(&Nodes) -> bool) -> Result<Nodes> {
        let mut nodes = self.nodes.clone();
        let seen = tokio::time::timeout(LONGEST, nodes.wait_for(condition)).await;
        let seconds = LONGEST.as_secs();
        let seen = seen.map_err(|_| {
            anyhow!("ZooKeeper shows no {what} after {seconds} s: docker compose ps and docker compose logs show why")
        })?;
        let seen =
            seen.map_err(|_| anyhow!("the ZooKeeper is gone: docker compose ps shows whether it runs"))?;
        Ok(seen.clone())
    }

    /// The nodes before the fault.
    pub(crate) fn first(&self) -> &Nodes {
        &self.story.first
    }

    /// The time of the fault and all that happened, before it as well.
    pub(crate) fn told(&self) -> (Option<Instant>, Vec<Entry>) {
        let told = self.story.told();
        (told.fault, told.entries.clone())
    }
}

impl Drop for Timeline {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

/// The task that follows the nodes.
struct Watching {
    zookeeper: ZooKeeper,
    topics: Vec<String>,
    nodes: watch::Sender<Nodes>,
    story: Arc<Story>,
}

impl Watching {
    async fn run(self, mut watcher: PersistentWatcher) {
        loop {
            let event = watcher.changed().await;
            let result = match (event.event_type, event.session_state) {
                (EventType::Session, state) if state.is_terminated() => return,
                // Changes in between were missed.
                (EventType::Session, SessionState::SyncConnected) => self.watch_again(&mut watcher).await,
                (EventType::Session, _) => {
                    // The client tries again until the session's end, for half a minute.
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if !self.zookeeper.is_reached().await {
                        return;
                    }
                    Ok(())
                }
                (kind, _) if Nodes::concern(&event.path, &self.topics) => {
                    self.follow(kind, &event.path).await
                }
                _ => Ok(()),
            };
            // A connection that was lost comes back, and then all is read again.
            if let Err(error) = result {
                tracing::warn!("{error:#}");
            }
        }
    }

    /// What changed meanwhile is told as if it changed now. What is gone is known from before.
    async fn watch_again(&self, watcher: &mut PersistentWatcher) -> Result<()> {
        // zookeeper-client 0.11 does not ask for persistent watches again when it has connected anew.
        *watcher = self.zookeeper.watch().await?;
        let mut paths = self.zookeeper.paths(&self.topics).await?;
        paths.extend(self.nodes.borrow().paths());
        for path in paths {
            self.follow(EventType::NodeDataChanged, &path).await?;
        }
        Ok(())
    }

    async fn follow(&self, kind: EventType, path: &str) -> Result<()> {
        // A node that was made anew since is told of by the next event.
        let found = match kind {
            EventType::NodeDeleted => None,
            _ => self.zookeeper.get(path).await?,
        };
        let mut nodes = self.nodes.borrow().clone();
        if let Some(change) = nodes.apply(path, found.as_ref().map(|(data, _)| data.as_slice()))? {
            self.story.tell(What::Change(change, nodes.clone()));
            self.nodes.send_replace(nodes);
        }
        Ok(())
    }
}

impl Story {
    fn told(&self) -> MutexGuard<'_, Told> {
        lock(&self.told)
    }

    fn tell(&self, what: What) {
        let at = Instant::now();
        // Held while it prints: the lines come in the order of their times.
        let mut told = self.told();
        if let Some(fault) = told.fault
            && self.aloud
        {
            // A reader who closed the pipe has seen enough.
            let _ = writeln!(anstream::stdout(), "  {}", line(at - fault, &what));
        }
        told.entries.push(Entry { at, what });
    }
}

/// `+ 6.213 s  /controller  broker 2 → broker 3`
fn line(since: Duration, what: &What) -> String {
    let seconds = format!("+{:>7.3} s", since.as_secs_f64());
    match what {
        What::Mark(text) => {
            let bold = Style::new().bold();
            format!("{seconds}  {bold}{text}{bold:#}")
        }
        What::Change(Change { subject, path, text }, _) => {
            let colour = match subject {
                Subject::Controller | Subject::ControllerEpoch => AnsiColor::Magenta,
                Subject::Brokers => AnsiColor::Cyan,
                Subject::Partition => AnsiColor::Green,
            };
            let colour = Style::new().fg_color(Some(colour.into()));
            format!("{seconds}  {colour}{path}{colour:#}  {text}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(since: u64, what: &What) -> String {
        anstream::adapter::strip_str(&line(Duration::from_millis(since), what)).to_string()
    }

    #[test]
    fn a_line_has_the_time_the_node_and_the_change() {
        let mut nodes = Nodes::default();
        nodes.apply("/controller", Some(br#"{"brokerid":2}"#)).unwrap();
        let change = nodes
            .apply("/controller", Some(br#"{"brokerid":3}"#))
            .unwrap()
            .unwrap();
        assert_eq!(
            plain(6213, &What::Change(change, nodes)),
            "+  6.213 s  /controller  broker 2 → broker 3"
        );
        assert_eq!(
            plain(12_000, &What::Mark("broker 2 is back".to_owned())),
            "+ 12.000 s  broker 2 is back"
        );
    }
}
