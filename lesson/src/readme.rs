//! The README's console blocks, for the tests that run them.

/// The demos whose tests run their own commands.
const DEMOS: [&str; 5] = [
    "activity-pipeline",
    "dataframe-demo",
    "kafka-demo",
    "koa-like-http",
    "ndarray-demo",
];

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");

/// The commands that belong to a demo, each with the output that is shown: those that run it, and what follows them.
///
/// # Panics
/// Where the README cannot be read, or has a command that no demo's tests would run.
pub fn commands(demo: &str) -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(README).unwrap_or_else(|error| panic!("{README}: {error}"));
    let blocks = readme
        .split("```console\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default());
    let mut owner = None;
    let mut commands: Vec<(Option<&str>, String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => {
                if let Some(words) = command.strip_prefix("cargo run -p ") {
                    owner = words.split_whitespace().next();
                }
                let known = owner.is_some_and(|owner| DEMOS.contains(&owner));
                assert!(known, "a console block has {command:?}, which no test runs");
                commands.push((owner, command.to_owned(), String::new()));
            }
            (None, Some((_, _, output))) => *output += &format!("{line}\n"),
            (None, None) => panic!("a console block starts with {line:?}, which is no command"),
        }
    }
    commands
        .into_iter()
        .filter(|(owner, ..)| *owner == Some(demo))
        .map(|(_, command, output)| (command, output))
        .collect()
}
