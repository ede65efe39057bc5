//! Records: a struct is the dtype, a vector of structs the array, and closures are the masks and the sort orders.

use std::{
    cmp::Reverse,
    fmt,
    mem::{offset_of, size_of},
};

use anyhow::{Context, Result};
use ndarray::aview0;
use serde::Deserialize;

use crate::{Element, Session, show};

/// A record. Its fields are known to the compiler: no other name can be asked for, and a text has any length.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Planet {
    pub name: String,
    pub moons: i64,
    /// In 10²⁴ kg.
    pub mass: f64,
    pub ringed: bool,
}

impl Planet {
    fn new(name: &str, moons: i64, mass: f64, ringed: bool) -> Self {
        let name = name.to_owned();
        Self {
            name,
            moons,
            mass,
            ringed,
        }
    }
}

pub fn run(session: &mut Session) -> Result<()> {
    let mut planets = vec![
        Planet::new("Earth", 1, 5.97, false),
        Planet::new("Jupiter", 95, 1898.0, true),
        Planet::new("Mars", 2, 0.642, false),
        Planet::new("Saturn", 146, 568.0, true),
        Planet::new("Venus", 0, 4.87, false),
    ];

    show!(session, "planets[1]", aview0(&planets[1]));
    show!(
        session,
        r#"planets["mass"]"#,
        planets.iter().map(|planet| planet.mass).collect::<Vec<_>>()
    );
    show!(
        session,
        r#"planets["mass"].sum()"#,
        planets.iter().map(|planet| planet.mass).sum::<f64>()
    );
    show!(
        session,
        "planets[7]",
        planets.get(7).map(aview0).context("there is no record 7")
    );

    show!(
        session,
        r#"planets["name"][planets["ringed"]]"#,
        names(planets.iter().filter(|planet| planet.ringed))
    );
    show!(
        session,
        r#"planets[(planets["mass"] < 5) & (planets["moons"] > 0)]"#,
        planets
            .iter()
            .filter(|planet| planet.mass < 5.0 && planet.moons > 0)
            .collect::<Vec<_>>()
    );
    show!(
        session,
        r#"np.count_nonzero(planets["moons"] > 100)"#,
        planets.iter().filter(|planet| planet.moons > 100).count()
    );

    // What is sorted are references: the records stay where they are.
    let mut sorted: Vec<_> = planets.iter().collect();
    sorted.sort_by(|a, b| a.mass.total_cmp(&b.mass));
    show!(
        session,
        r#"np.sort(planets, order="mass")["name"]"#,
        names(sorted.iter().copied())
    );
    sorted.sort_by_key(|planet| Reverse(planet.moons));
    show!(
        session,
        r#"planets[np.argsort(-planets["moons"])]["name"]"#,
        names(sorted.iter().copied())
    );
    sorted.sort_by(|a, b| a.ringed.cmp(&b.ringed).then(a.mass.total_cmp(&b.mass)));
    show!(
        session,
        r#"np.sort(planets, order=["ringed", "mass"])["name"]"#,
        names(sorted.iter().copied())
    );
    show!(
        session,
        r#"planets["name"][np.argmax(planets["mass"])]"#,
        planets
            .iter()
            .max_by(|a, b| a.mass.total_cmp(&b.mass))
            .map(|planet| &planet.name)
    );

    planets[2].moons += 1;
    show!(session, "planets[2]", aview0(&planets[2]));
    planets[4].name = "Venus, the evening star".to_owned();
    show!(session, r#"planets["name"]"#, names(&planets));

    show!(
        session,
        r#"planets["mass"] / np.maximum(planets["moons"], 1)"#,
        planets
            .iter()
            .map(|planet| planet.mass / planet.moons.max(1) as f64)
            .collect::<Vec<_>>()
    );
    show!(
        session,
        r#"[float(planets["mass"][planets["ringed"] == ringed].mean()) for ringed in (False, True)]"#,
        [false, true].map(|ringed| mean_mass(planets.iter().filter(|planet| planet.ringed == ringed)))
    );

    show!(
        session,
        r#"[int(planet.fields[name][1]) for name in ("moons", "mass", "ringed")]"#,
        [
            offset_of!(Layout, moons),
            offset_of!(Layout, mass),
            offset_of!(Layout, ringed)
        ]
    );
    show!(
        session,
        "np.dtype(planet.descr, align=True).itemsize",
        size_of::<Layout>()
    );

    let text = r#"[{"name": "Io", "moons": 0, "mass": 0.0893, "ringed": false}]"#;
    show!(
        session,
        "np.array([tuple(record.values()) for record in json.loads(text)], dtype=planet)",
        serde_json::from_str::<Vec<Planet>>(text)
    );
    let wrong = text.replace("0,", r#""none","#);
    show!(
        session,
        "np.array([tuple(record.values()) for record in json.loads(wrong)], dtype=planet)",
        serde_json::from_str::<Vec<Planet>>(&wrong)
    );
    Ok(())
}

fn names<'a>(planets: impl IntoIterator<Item = &'a Planet>) -> Vec<&'a str> {
    planets.into_iter().map(|planet| planet.name.as_str()).collect()
}

/// NaN where there is none, as NumPy has it.
fn mean_mass<'a>(planets: impl Iterator<Item = &'a Planet>) -> f64 {
    let (sum, count) = planets.fold((0.0, 0), |(sum, count), planet| (sum + planet.mass, count + 1));
    sum / f64::from(count)
}

/// The record as NumPy's memory has it. Without `repr(C)` the compiler may reorder the fields.
#[repr(C)]
struct Layout {
    name: [char; 8],
    moons: i64,
    mass: f64,
    ringed: bool,
}

/// The dtype is written out, for nothing derives it: a `String` has no width, and ndarray-npy describes numbers, not structs.
impl Element for Planet {
    const DTYPE: &'static str = "[('name', '<U8'), ('moons', '<i8'), ('mass', '<f8'), ('ringed', '?')]";

    fn token(&self) -> String {
        let fields = [
            self.name.token(),
            self.moons.token(),
            self.mass.token(),
            self.ringed.token(),
        ];
        fields.join(" ")
    }
}

impl fmt::Display for Planet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name, moons, mass, ..
        } = self;
        let rings = if self.ringed { "rings" } else { "no rings" };
        write!(f, "({name}, {moons} moons, {mass}, {rings})")
    }
}
