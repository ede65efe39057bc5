//! Lazy frames: a query is a plan, which is optimised as a whole before anything is read.

mod plan;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use lesson::plot::save;
use polars::prelude::*;

use self::plan::Plan;
use crate::{Session, show, streaming::sink};

pub fn run(session: &mut Session) -> Result<()> {
    let folder = session.folder().to_owned();
    let orders = scan(&folder.join("orders.csv"))?;
    let customers = scan(&folder.join("customers.csv"))?;
    // The first rows of the file tell names and types; that is all that is read for them.
    show!(
        session,
        "list(orders.columns)",
        orders
            .clone()
            .collect_schema()?
            .iter_names()
            .cloned()
            .collect::<Vec<_>>()
    );
    show!(session, "orders.shape", orders.clone().collect()?.shape());
    show!(session, "orders.head(3)", orders.clone().limit(3).collect()?);
    show!(
        session,
        "orders[orders[\"quantity\"] > 2].head(2)",
        orders
            .clone()
            .filter(col("quantity").gt(lit(2)))
            .limit(2)
            .collect()?
    );

    let best = best(orders.clone(), customers);
    show!(session, "best", best.clone().collect()?);
    // The optimiser leaves out what is not needed, whichever engine runs the plan.
    show!(
        session,
        "by_hand.nlargest(3).rename(\"total\")",
        best.clone()
            .collect_with_engine(Engine::Streaming)?
            .unwrap_single()
    );

    let totals = orders
        .clone()
        .with_columns([(col("quantity") * col("price")).alias("total")]);
    show!(
        session,
        "len(totals.columns)",
        totals.clone().collect_schema()?.len()
    );
    let extremes = extremes(totals.clone())?;
    show!(
        session,
        "pd.concat([totals.nlargest(2, \"total\"), totals.nsmallest(2, \"total\")])[[\"id\", \"total\"]]",
        extremes.clone().collect()?
    );
    show!(
        session,
        "totals[totals[\"total\"] > totals[\"total\"].mean()][[\"id\", \"total\"]]",
        totals
            .clone()
            .filter(col("total").gt(col("total").mean()))
            .select([col("id"), col("total")])
            .collect()?
    );
    // On the key of the groups: it is applied before they are made.
    let without_tea = totals
        .clone()
        .group_by([col("product")])
        .agg([col("quantity").sum()])
        .filter(col("product").neq(lit("tea")))
        .sort(["product"], SortMultipleOptions::default());
    show!(
        session,
        "totals.groupby(\"product\", as_index=False)[\"quantity\"].sum().query(\"product != 'tea'\")",
        without_tea.clone().collect()?
    );
    // Within one query `cache` keeps a step that is used twice, from query to query `collect`.
    let kept = totals.clone().cache();
    let total = col("total");
    show!(
        session,
        "pd.Series([totals[\"total\"].max(), totals[\"total\"].min()], name=\"total\")",
        concat(
            [
                kept.clone().select([total.clone().max()]),
                kept.select([total.min()])
            ],
            UnionArgs::default()
        )?
        .collect()?
        .column("total")?
    );
    show!(session, "best.to_csv(index=False)", written(best.clone())?);

    // A column that is not there, and types that do not fit, are found in the plan, before any row is read.
    show!(
        session,
        "orders[\"amount\"]",
        orders
            .clone()
            .select([col("amount")])
            .collect_schema()
            .map(|schema| schema.len())
    );
    show!(
        session,
        "orders[\"product\"] + 1",
        orders.clone().select([col("product") + lit(1)]).explain(true)
    );
    show!(
        session,
        "pd.read_csv(\"order.csv\")",
        scan(Path::new("order.csv")).and_then(LazyFrame::collect)
    );

    let short = |plan: String| plan.replace(&format!("{}/", folder.display()), "");
    session.note(format!("best, as written:\n{}", short(best.describe_plan()?)));
    session.note(format!("best, as it runs:\n{}", short(best.explain(true)?)));
    session.note(format!(
        "extremes, as it runs:\n{}",
        short(extremes.explain(true)?)
    ));
    session.note(format!(
        "without_tea, as it runs:\n{}",
        short(without_tea.explain(true)?)
    ));
    let (_, steps) = best.clone().profile()?;
    session.note(format!(
        "best, step by step, in microseconds:\n{}",
        short(steps.to_string())
    ));
    if let Some(out) = session.out().map(Path::to_owned) {
        let as_written = Plan::of_dot(&short(best.to_dot(false)?)).context("the plan is no tree")?;
        let as_it_runs = Plan::of_dot(&short(best.to_dot(true)?)).context("the plan is no tree")?;
        let picture = plan::svg(&[("as written", &as_written), ("as it runs", &as_it_runs)]);
        save(&out, &[("plan.svg".to_owned(), picture.into_bytes())])
            .with_context(|| format!("cannot write the plan to {}", out.display()))?;
        let file = out.join("plan.svg");
        session.note(format!("the plan of best, as a picture: {}", file.display()));
    }
    Ok(())
}

fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    LazyCsvReader::new(PlRefPath::try_from_path(path)?).finish()
}

/// Three products that earn most in France, by orders of more than one piece.
fn best(orders: LazyFrame, customers: LazyFrame) -> LazyFrame {
    let total = (col("quantity") * col("price")).alias("total");
    orders
        .join(
            customers,
            [col("customer")],
            [col("customer")],
            JoinArgs::new(JoinType::Inner),
        )
        .filter(col("country").eq(lit("FR")).and(col("quantity").gt(lit(1))))
        .with_columns([total])
        .group_by([col("product")])
        .agg([col("total").sum()])
        .sort(
            ["total"],
            SortMultipleOptions::default().with_order_descending(true),
        )
        .limit(3)
}

/// The largest and the smallest: two ends of one plan, whose common part runs once.
fn extremes(totals: LazyFrame) -> PolarsResult<LazyFrame> {
    let by = [col("total"), col("id")];
    let ends = [
        totals.clone().top_k(2, &by, SortMultipleOptions::default()),
        totals.bottom_k(2, &by, SortMultipleOptions::default()),
    ];
    Ok(concat(ends, UnionArgs::default())?.select([col("id"), col("total")]))
}

/// The file that a sink makes of a query.
fn written(query: LazyFrame) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("best.csv");
    sink(query, &path, FileWriteFormat::Csv(CsvWriterOptions::default()))?.collect()?;
    Ok(fs::read_to_string(&path)?)
}
