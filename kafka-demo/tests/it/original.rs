//! Kafka's recordings take ten minutes to be made, and CI makes two of them again. That the others are of the originals that
//! stand beside them is what this tells.

use kafka_demo::{LESSONS, peer, sha256};
use lesson::Recording;

#[test]
fn each_recording_is_of_the_original_beside_it() {
    for lesson in LESSONS {
        let recorded = Recording::of(lesson).unwrap();
        assert_eq!(
            (recorded.peer, recorded.sha256),
            (peer(lesson).unwrap(), Some(sha256(lesson).unwrap())),
            "the original of {} changed, or its version: record it anew by --record",
            lesson.name()
        );
    }
}
