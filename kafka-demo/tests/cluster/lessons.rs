//! Every lesson finds on the cluster what its original found there.

use kafka_demo::{KafkaDemo, LESSONS};

use crate::Test;

pub fn tests() -> Vec<(String, Test)> {
    let test = |lesson: &'static lesson::Lesson<_>| {
        let name = format!("same_as_the_original::{}", lesson.name().replace('-', "_"));
        let run: Test = Box::new(|cluster| lesson::same::<KafkaDemo>(lesson, &cluster.options));
        (name, run)
    };
    LESSONS.iter().map(test).collect()
}
