use std::process::ExitCode;

use kafka_demo::KafkaDemo;

fn main() -> ExitCode {
    lesson::main::<KafkaDemo>()
}
