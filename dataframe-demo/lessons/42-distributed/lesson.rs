//! Distributed: beyond one machine, the same query on DataFusion with Ballista, a scheduler and two executors.
//!
//! The scheduler cuts a plan into stages, wherever rows have to change places. A stage is a task for each part of its
//! input; the executors run the tasks, keep what they come to in files, and the next stage fetches from each executor
//! what it needs. When an executor is lost its tasks are run again by the others, also those whose files went with it.
//!
//! It pays where one machine cannot do it: the data does not fit on its disks, reading it through one network card takes
//! too long, or a query runs for so many hours that the end of a machine must not be the end of the query. Otherwise it
//! costs more than it brings. Each query is planned, sent out and waits for its slowest task, so that to count some rows
//! takes ten times as long as in one process; rows that are grouped or joined cross the network; all machines have to see
//! the files, in an object store or a shared file system, and to run the same version. A larger machine comes first, and a
//! lazy query that is streamed, which asks for nothing but a disk.

mod cluster;
mod node;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use ballista::datafusion::{
    functions_aggregate::expr_fn::sum,
    prelude::{DataFrame as Query, JoinType as Join, col as column},
};
use polars::prelude::*;

use self::cluster::Cluster;
use crate::{Session, parquet, scratch::Scratch, show};

pub use node::Node;

const COUNT: &str = "SELECT count(*) AS n FROM orders";

const TOTALS: &str = "
    SELECT country, sum(quantity * price) AS total
    FROM orders JOIN customers USING (customer)
    GROUP BY country ORDER BY country";

pub fn run(session: &mut Session) -> Result<()> {
    let folder = Scratch::new()?;
    write_tables(folder.path())?;
    let mut cluster = Cluster::start(folder.path())?;
    cluster.register("orders", &folder.path().join("orders"))?;
    cluster.register("customers", &folder.path().join("customers.parquet"))?;

    show!(session, "len(orders)", cluster.sql(COUNT)?.column("n")?.get(0)?);
    // No order is that of the files unless it is asked for: partitions come as they are ready.
    show!(
        session,
        "orders.nsmallest(3, \"id\")",
        cluster.sql("SELECT * FROM orders ORDER BY id LIMIT 3")?
    );

    show!(
        session,
        "orders.groupby(\"product\").agg(n=(\"id\", \"count\"), pieces=(\"quantity\", \"sum\"), dearest=(\"price\", \"max\"))",
        cluster.sql(
            "SELECT product, count(id) AS n, sum(quantity) AS pieces, max(price) AS dearest
             FROM orders GROUP BY product ORDER BY product"
        )?
    );
    show!(
        session,
        "dear.groupby(\"month\")[\"id\"].count()",
        cluster.sql(
            "SELECT month, count(id) AS id FROM orders WHERE price > 60 GROUP BY month ORDER BY month"
        )?
    );
    show!(session, "totals", cluster.sql(TOTALS)?);
    // Expressions become the same plans as text.
    let best = totals(cluster.table("orders")?, cluster.table("customers")?)?;
    show!(session, "totals.nlargest(2, \"total\")", cluster.collect(best)?);

    show!(
        session,
        "dear.groupby(\"month\")[\"customer\"].nunique()",
        cluster.sql(
            "SELECT month, count(DISTINCT customer) AS customer
             FROM orders WHERE price > 60 GROUP BY month ORDER BY month"
        )?
    );
    show!(
        session,
        "lines.groupby(\"product\")[\"total\"].median()",
        cluster.sql(
            "SELECT product, median(quantity * price) AS total FROM orders GROUP BY product ORDER BY product"
        )?
    );
    show!(
        session,
        "orders[\"amount\"].sum()",
        cluster.sql("SELECT sum(amount) FROM orders")
    );

    if session.out().is_some() {
        tell(&mut cluster, folder.path())?
            .into_iter()
            .for_each(|line| session.note(line));
    }
    Ok(())
}

/// The two largest totals, by DataFusion's own expressions.
fn totals(orders: Query, customers: Query) -> Result<Query> {
    let total = sum(column("quantity") * column("price")).alias("total");
    let query = orders
        .join(customers, Join::Inner, &["customer"], &["customer"], None)?
        .aggregate(vec![column("country")], vec![total])?
        .sort(vec![column("total").sort(false, false)])?
        .limit(0, Some(2))?;
    Ok(query)
}

/// For the reader: where a query ran, what it takes beside a single process, and that it outlives an executor.
fn tell(cluster: &mut Cluster, folder: &Path) -> Result<Vec<String>> {
    let mut lines = vec![format!("registered: {}", cluster.registered().join(" and "))];
    let totals = cluster.sql(TOTALS)?;
    lines.push("the totals, stage by stage:".to_owned());
    let folder = folder.to_string_lossy();
    let folder = format!("{}/", folder.trim_start_matches('/'));
    for stage in cluster.stages() {
        lines.push(format!("  {stage}"));
        let plan = stage.plan.replace(&folder, "");
        lines.extend(plan.lines().map(|line| format!("    {line}")));
    }
    ensure!(
        cluster.sql_here(TOTALS)?.equals(&totals),
        "not the totals of one process"
    );
    lines.push("seconds that a query takes, by two executors and by DataFusion in this process:".to_owned());
    for (name, query) in [("the number of rows", COUNT), ("the totals", TOTALS)] {
        let there = fastest(|| cluster.sql(query))?.as_secs_f64();
        let here = fastest(|| cluster.sql_here(query))?.as_secs_f64();
        lines.push(format!("  {name}: {there:.3} and {here:.3}"));
    }
    let start = Instant::now();
    let (survived, worked) = cluster.sql_and_kill(TOTALS, "executor-2")?;
    let took = start.elapsed().as_secs_f64();
    ensure!(survived.equals(&totals), "other totals without executor-2");
    let killed = if worked {
        "executor-2 is killed when it has done its part of the first stage"
    } else {
        "executor-2 is killed, and had no part in the query, which was answered before"
    };
    lines.push(format!("{killed}: the same totals, after {took:.3} s"));
    lines.extend(cluster.stages().iter().map(|stage| format!("  {stage}")));
    Ok(lines)
}

/// The least time of three.
fn fastest(mut query: impl FnMut() -> Result<DataFrame>) -> Result<Duration> {
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        query()?;
        fastest = fastest.min(start.elapsed());
    }
    Ok(fastest)
}

/// How many orders a month has.
const ORDERS: i64 = 75_000;

/// Writes a file for each of four months, and one of the customers.
fn write_tables(folder: &Path) -> Result<()> {
    let orders = folder.join("orders");
    fs::create_dir(&orders)?;
    for month in 1..=4 {
        parquet::write(&mut orders_of(month)?, &orders.join(format!("{month}.parquet")))?;
    }
    parquet::write(&mut customers()?, &folder.join("customers.parquet"))
}

/// The orders of a month. Prices are quarters, whose sums are exact in any order.
fn orders_of(month: i64) -> PolarsResult<DataFrame> {
    let products = Series::new("product".into(), ["cup", "pot", "tea"]);
    let square = |modulus: i64| col("id") * col("id") % lit(modulus);
    df!("id" => Vec::from_iter((month - 1) * ORDERS..month * ORDERS))?
        .lazy()
        .with_columns([
            lit(month).cast(DataType::Int64).alias("month"),
            (square(10_007) % lit(1000)).alias("customer"),
            lit(products).gather(square(11) % lit(3), false),
            (square(10_009) % lit(7) + lit(1)).alias("quantity"),
            (square(9973) % lit(241) / lit(4.0) + lit(0.25)).alias("price"),
        ])
        .collect()
}

fn customers() -> PolarsResult<DataFrame> {
    let countries = Series::new("country".into(), ["DE", "FR", "PE", "SE"]);
    df!("customer" => Vec::from_iter(0..1000_i64))?
        .lazy()
        .with_columns([lit(countries).gather(col("customer") % lit(7) % lit(4), false)])
        .collect()
}
