//! ZooKeeper's nodes, as Kafka's brokers write them there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use zookeeper_client::{AddWatchMode, Client, Error, PersistentWatcher, Stat};

use crate::cluster::is_any_reached;

const CLUSTER_ID: &str = "/cluster/id";
const CONTROLLER: &str = "/controller";
const CONTROLLER_EPOCH: &str = "/controller_epoch";
const BROKERS: &str = "/brokers/ids";
const TOPICS: &str = "/brokers/topics";

/// A session with ZooKeeper.
#[derive(Debug, Clone)]
pub struct ZooKeeper {
    client: Client,
    address: String,
}

impl ZooKeeper {
    /// Connects to the ZooKeeper at `address`, which is `host:port`.
    ///
    /// # Errors
    /// Where none answers in time.
    pub async fn connect(address: &str, timeout: Duration) -> Result<Self> {
        // As long as a lesson: the session should outlast what the lesson does to the machine.
        let connector = Client::connector()
            .with_session_timeout(Duration::from_secs(30))
            .with_fail_eagerly();
        let answer = tokio::time::timeout(timeout, connector.connect(address)).await;
        let client = match answer {
            Ok(Err(Error::BadArguments(_))) => {
                return Err(anyhow!(
                    "{address:?} is no address of a ZooKeeper, 127.0.0.1:2181 would be"
                ));
            }
            Ok(Ok(client)) => client,
            Ok(Err(_)) | Err(_) => {
                return Err(anyhow!(
                    "no ZooKeeper answers at {address} within {} s: start the cluster with docker compose up -d --wait, \
                     or name its ZooKeeper with --zookeeper",
                    timeout.as_secs()
                ));
            }
        };
        let address = address.to_owned();
        Ok(Self { client, address })
    }

    /// The client itself, for what is said here in no other way.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether anybody listens at its address.
    pub(crate) async fn is_reached(&self) -> bool {
        let address = self.address.clone();
        let asked = tokio::task::spawn_blocking(move || is_any_reached(&address)).await;
        asked.unwrap_or(false)
    }

    /// A node's data and what ZooKeeper knows of it, or `None` where there is no such node.
    ///
    /// # Errors
    /// Where ZooKeeper is gone.
    pub async fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Stat)>> {
        match self.client.get_data(path).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::NoNode) => Ok(None),
            Err(error) => Err(anyhow!(
                "cannot read {path} of the ZooKeeper at {}: {error}",
                self.address
            )),
        }
    }

    /// Whether the node ends with the session of whoever made it. `None` where there is no such node.
    ///
    /// # Errors
    /// Where ZooKeeper is gone.
    pub async fn is_ephemeral(&self, path: &str) -> Result<Option<bool>> {
        let found = self.get(path).await?;
        Ok(found.map(|(_, stat)| stat.ephemeral_owner != 0))
    }

    /// The broker that is the controller now.
    ///
    /// # Errors
    /// Where ZooKeeper is gone.
    pub async fn controller(&self) -> Result<Option<i32>> {
        Ok(self.nodes(&[]).await?.controller)
    }

    /// The id of the cluster whose nodes these are.
    ///
    /// # Errors
    /// Where ZooKeeper is gone, or has something else there.
    pub async fn cluster_id(&self) -> Result<Option<String>> {
        #[derive(Deserialize)]
        struct Cluster {
            id: String,
        }
        let found = self.get(CLUSTER_ID).await?;
        let cluster = found.map(|(data, _)| serde_json::from_slice::<Cluster>(&data));
        Ok(cluster.transpose()?.map(|cluster| cluster.id))
    }

    /// Tells of each change of every node from now on.
    pub(crate) async fn watch(&self) -> Result<PersistentWatcher> {
        let watcher = self.client.watch("/", AddWatchMode::PersistentRecursive).await;
        watcher.with_context(|| format!("the ZooKeeper at {} lets nobody watch", self.address))
    }

    /// The nodes of the cluster and of these topics, as they are now.
    pub(crate) async fn nodes(&self, topics: &[String]) -> Result<Nodes> {
        let mut nodes = Nodes::default();
        for path in self.paths(topics).await? {
            let found = self.get(&path).await?;
            nodes.apply(&path, found.as_ref().map(|(data, _)| data.as_slice()))?;
        }
        Ok(nodes)
    }

    /// The paths of these nodes.
    pub(crate) async fn paths(&self, topics: &[String]) -> Result<BTreeSet<String>> {
        let mut paths = BTreeSet::from([CONTROLLER.to_owned(), CONTROLLER_EPOCH.to_owned()]);
        for broker in self.children(BROKERS).await? {
            paths.insert(format!("{BROKERS}/{broker}"));
        }
        for topic in topics {
            let partitions = format!("{TOPICS}/{topic}/partitions");
            for partition in self.children(&partitions).await? {
                paths.insert(format!("{partitions}/{partition}/state"));
            }
        }
        Ok(paths)
    }

    async fn children(&self, path: &str) -> Result<Vec<String>> {
        match self.client.list_children(path).await {
            Ok(children) => Ok(children),
            Err(Error::NoNode) => Ok(Vec::new()),
            Err(error) => Err(anyhow!(
                "cannot read {path} of the ZooKeeper at {}: {error}",
                self.address
            )),
        }
    }
}

/// The nodes that a failure changes, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nodes {
    /// The broker that `/controller` names.
    pub controller: Option<i32>,
    /// `/controller_epoch`.
    pub controller_epoch: Option<i32>,
    /// The names of the nodes in `/brokers/ids`: the brokers whose session with ZooKeeper lives.
    pub brokers: BTreeSet<i32>,
    /// `/brokers/topics/<topic>/partitions/<partition>/state`, by its path.
    pub partitions: BTreeMap<String, PartitionState>,
}

/// What a partition's node says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PartitionState {
    /// The leader, or -1 where there is none.
    pub leader: i32,
    /// How many times a leader was chosen.
    pub leader_epoch: i32,
    /// The epoch of the controller that wrote this.
    pub controller_epoch: i32,
    /// The in-sync replicas.
    pub isr: Vec<i32>,
}

/// What a node is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// `/controller`
    Controller,
    /// `/controller_epoch`
    ControllerEpoch,
    /// `/brokers/ids`
    Brokers,
    /// The state of a partition.
    Partition,
}

/// A node that changed: which, and from what to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub subject: Subject,
    /// Its path; of a broker's own node, that of the folder.
    pub path: String,
    /// From what to what.
    pub text: String,
}

#[derive(Deserialize)]
struct Controller {
    brokerid: i32,
}

impl Nodes {
    /// The state of a topic's partition, where it is known.
    pub fn partition(&self, topic: &str, partition: i32) -> Option<&PartitionState> {
        self.partitions.get(&state_path(topic, partition))
    }

    /// A partition's leader; `None` where there is none.
    pub fn leader(&self, topic: &str, partition: i32) -> Option<i32> {
        let leader = self.partition(topic, partition)?.leader;
        (leader >= 0).then_some(leader)
    }

    /// How many of a partition's replicas are in sync.
    pub fn in_sync(&self, topic: &str, partition: i32) -> usize {
        self.partition(topic, partition)
            .map_or(0, |state| state.isr.len())
    }

    /// The paths of those that come and go.
    pub(crate) fn paths(&self) -> impl Iterator<Item = String> {
        let brokers = self.brokers.iter().map(|id| format!("{BROKERS}/{id}"));
        brokers.chain(self.partitions.keys().cloned())
    }

    /// Whether the path is that of a node which these know of, where these topics are of interest.
    pub(crate) fn concern(path: &str, topics: &[String]) -> bool {
        match subject(path) {
            Some(Subject::Partition) => topics.iter().any(|topic| {
                path.strip_prefix(TOPICS)
                    .is_some_and(|rest| rest.starts_with(&format!("/{topic}/")))
            }),
            Some(_) => true,
            None => false,
        }
    }

    /// Takes over what a node says now, `None` where it is gone. Returns what that changes, if anything.
    ///
    /// # Errors
    /// Where Kafka would not have written this.
    pub fn apply(&mut self, path: &str, data: Option<&[u8]>) -> Result<Option<Change>> {
        let Some(subject) = subject(path) else {
            return Ok(None);
        };
        let before = self.clone();
        let understood = || format!("{path} holds what Kafka does not write there");
        let text = match subject {
            Subject::Controller => {
                let controller = data.map(serde_json::from_slice::<Controller>).transpose();
                self.controller = controller
                    .with_context(understood)?
                    .map(|controller| controller.brokerid);
                let name = |id: Option<i32>| id.map_or("none".to_owned(), |id| format!("broker {id}"));
                arrow(name(before.controller), name(self.controller))
            }
            Subject::ControllerEpoch => {
                self.controller_epoch = data
                    .map(serde_json::from_slice)
                    .transpose()
                    .with_context(understood)?;
                let number = |epoch: Option<i32>| epoch.map_or("none".to_owned(), |epoch| epoch.to_string());
                arrow(number(before.controller_epoch), number(self.controller_epoch))
            }
            Subject::Brokers => {
                let id = path.rsplit('/').next().unwrap_or_default();
                let id = id.parse().with_context(understood)?;
                if data.is_some() {
                    self.brokers.insert(id);
                } else {
                    self.brokers.remove(&id);
                }
                arrow(list(&before.brokers), list(&self.brokers))
            }
            Subject::Partition => {
                let state: Option<PartitionState> = data
                    .map(serde_json::from_slice)
                    .transpose()
                    .with_context(understood)?;
                match &state {
                    Some(state) => self.partitions.insert(path.to_owned(), state.clone()),
                    None => self.partitions.remove(path),
                };
                match (before.partitions.get(path), state) {
                    (Some(before), Some(state)) => state.since(before),
                    (None, Some(state)) => format!("leader {}, isr {}", state.leader, list(&state.isr)),
                    (_, None) => "none".to_owned(),
                }
            }
        };
        let path = match subject {
            Subject::Brokers => BROKERS,
            _ => path,
        };
        let path = path.to_owned();
        Ok((*self != before).then_some(Change { subject, path, text }))
    }
}

impl PartitionState {
    /// Only what differs.
    fn since(&self, before: &Self) -> String {
        let mut changes = Vec::new();
        if self.leader != before.leader {
            changes.push(format!("leader {}", arrow(before.leader, self.leader)));
        }
        if self.isr != before.isr {
            changes.push(format!("isr {}", arrow(list(&before.isr), list(&self.isr))));
        }
        if self.leader_epoch != before.leader_epoch {
            changes.push(format!(
                "leader_epoch {}",
                arrow(before.leader_epoch, self.leader_epoch)
            ));
        }
        if self.controller_epoch != before.controller_epoch {
            let epochs = arrow(before.controller_epoch, self.controller_epoch);
            changes.push(format!("controller_epoch {epochs}"));
        }
        changes.join(", ")
    }
}

/// The path of a partition's state.
pub fn state_path(topic: &str, partition: i32) -> String {
    format!("{TOPICS}/{topic}/partitions/{partition}/state")
}

fn subject(path: &str) -> Option<Subject> {
    match path {
        CONTROLLER => Some(Subject::Controller),
        CONTROLLER_EPOCH => Some(Subject::ControllerEpoch),
        _ if path
            .strip_prefix(BROKERS)
            .is_some_and(|rest| rest.starts_with('/')) =>
        {
            Some(Subject::Brokers)
        }
        _ if path.starts_with(TOPICS) && path.ends_with("/state") => Some(Subject::Partition),
        _ => None,
    }
}

fn arrow(before: impl Display, after: impl Display) -> String {
    format!("{before} → {after}")
}

/// `1 2 3`
pub(crate) fn list<'a>(ids: impl IntoIterator<Item = &'a i32>) -> String {
    let ids: Vec<_> = ids.into_iter().map(i32::to_string).collect();
    if ids.is_empty() {
        "none".to_owned()
    } else {
        ids.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(nodes: &mut Nodes, path: &str, data: Option<&str>) -> Option<String> {
        let change = nodes.apply(path, data.map(str::as_bytes)).unwrap();
        change.map(|change| format!("{}  {}", change.path, change.text))
    }

    #[test]
    fn a_controller_is_a_broker_with_an_epoch() {
        let mut nodes = Nodes::default();
        let first = r#"{"version":2,"brokerid":2,"timestamp":"1795449456133","kraftControllerEpoch":-1}"#;
        let second = r#"{"version":1,"brokerid":3,"timestamp":"1795449456133"}"#;
        assert_eq!(
            text(&mut nodes, "/controller", Some(first)).unwrap(),
            "/controller  none → broker 2"
        );
        assert_eq!(
            text(&mut nodes, "/controller", Some(first)),
            None,
            "nothing changed"
        );
        assert_eq!(
            text(&mut nodes, "/controller", Some(second)).unwrap(),
            "/controller  broker 2 → broker 3"
        );
        assert_eq!(
            text(&mut nodes, "/controller", None).unwrap(),
            "/controller  broker 3 → none"
        );
        text(&mut nodes, "/controller_epoch", Some("4"));
        assert_eq!(
            text(&mut nodes, "/controller_epoch", Some("5")).unwrap(),
            "/controller_epoch  4 → 5"
        );
        assert_eq!((nodes.controller, nodes.controller_epoch), (None, Some(5)));
    }

    #[test]
    fn brokers_come_and_go_in_one_folder() {
        let mut nodes = Nodes::default();
        for id in ["1", "2", "3"] {
            nodes.apply(&format!("/brokers/ids/{id}"), Some(b"{}")).unwrap();
        }
        assert_eq!(
            text(&mut nodes, "/brokers/ids/2", None).unwrap(),
            "/brokers/ids  1 2 3 → 1 3"
        );
        assert_eq!(text(&mut nodes, "/brokers/ids", None), None, "the folder itself");
    }

    #[test]
    fn of_a_partition_only_what_differs_is_told() {
        let mut nodes = Nodes::default();
        let path = "/brokers/topics/orders/partitions/0/state";
        let first = r#"{"controller_epoch":4,"leader":2,"version":1,"leader_epoch":0,"isr":[2,3,1]}"#;
        let second = r#"{"controller_epoch":4,"leader":3,"version":1,"leader_epoch":1,"isr":[3,1]}"#;
        text(&mut nodes, path, Some(first));
        assert_eq!(
            text(&mut nodes, path, Some(second)).unwrap(),
            format!("{path}  leader 2 → 3, isr 2 3 1 → 3 1, leader_epoch 0 → 1")
        );
        assert_eq!(nodes.leader("orders", 0), Some(3));
        assert_eq!(nodes.in_sync("orders", 0), 2);
        let none = r#"{"controller_epoch":4,"leader":-1,"version":1,"leader_epoch":2,"isr":[3]}"#;
        text(&mut nodes, path, Some(none));
        assert_eq!(nodes.leader("orders", 0), None);
    }

    /// By their paths, whoever was not told of their end finds out.
    #[test]
    fn what_comes_and_goes_has_a_path() {
        let mut nodes = Nodes::default();
        let state = br#"{"controller_epoch":4,"leader":2,"version":1,"leader_epoch":0,"isr":[2]}"#;
        nodes.apply("/brokers/ids/2", Some(b"{}")).unwrap();
        nodes.apply(&state_path("orders", 0), Some(state)).unwrap();
        let paths: Vec<_> = nodes.paths().collect();
        assert_eq!(paths, ["/brokers/ids/2".to_owned(), state_path("orders", 0)]);
        for path in paths {
            assert!(nodes.apply(&path, None).unwrap().is_some(), "{path}");
        }
        assert_eq!(nodes, Nodes::default());
    }

    #[test]
    fn other_topics_and_other_nodes_are_of_no_concern() {
        let topics = ["orders".to_owned()];
        assert!(Nodes::concern(
            "/brokers/topics/orders/partitions/11/state",
            &topics
        ));
        assert!(Nodes::concern("/controller", &topics));
        for path in [
            "/brokers/topics/orders",
            "/brokers/topics/orders-2/partitions/0/state",
            "/config/topics/orders",
        ] {
            assert!(!Nodes::concern(path, &topics), "{path}");
        }
    }

    #[test]
    fn what_kafka_does_not_write_is_an_error() {
        for (path, data) in [
            ("/controller", "2"),
            ("/controller_epoch", "{}"),
            ("/brokers/ids/x", "{}"),
        ] {
            let error = Nodes::default().apply(path, Some(data.as_bytes())).unwrap_err();
            assert!(error.to_string().starts_with(path), "{error}");
        }
    }
}
