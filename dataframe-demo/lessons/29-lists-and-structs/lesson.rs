//! Lists and structs: a list or a record in each row, what is done to their elements and fields, to rows and back.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let list = |numbers: &[i64]| Series::new(PlSmallStr::EMPTY, numbers);
    let df = df!(
        "who" => ["ann", "bob", "cid"],
        "marks" => [list(&[3, 1, 2, 3]), list(&[5]), list(&[])],
    )?
    .lazy();
    let marks = || col("marks").list();

    show!(session, "marks", column(&df, col("marks"))?);
    show!(session, "marks.str.len()", column(&df, marks().len())?);
    show!(
        session,
        "marks.str[0].astype(\"Int64\")",
        column(&df, marks().first())?
    );
    show!(
        session,
        "marks.str[-1].astype(\"Int64\")",
        column(&df, marks().get(lit(-1), true))?
    );
    show!(session, "marks.str[:2]", column(&df, marks().head(lit(2)))?);
    show!(session, "marks.map(sum)", column(&df, marks().sum())?);
    show!(
        session,
        "marks.map(lambda m: max(m, default=None)).astype(\"Int64\")",
        column(&df, marks().max())?
    );
    show!(
        session,
        "marks.map(sorted)",
        column(&df, marks().sort(SortOptions::default()))?
    );
    show!(
        session,
        "marks.map(lambda m: sorted(m, reverse=True))",
        column(
            &df,
            marks().sort(SortOptions::default().with_order_descending(true))
        )?
    );
    show!(
        session,
        "marks.map(lambda m: m[::-1])",
        column(&df, marks().eval(element().reverse()))?
    );
    show!(
        session,
        "marks.map(lambda m: 1 in m)",
        column(&df, marks().contains(lit(1), false))?
    );
    show!(
        session,
        "marks.map(lambda m: len(set(m)))",
        column(&df, marks().agg(element().n_unique()))?
    );
    let text = |texts: &[&str]| Series::new(PlSmallStr::EMPTY, texts);
    show!(
        session,
        "pd.Series([[\"a\", \"b\"], [\"c\"]], name=\"tags\").str.join(\"-\").astype(\"str\")",
        column(
            &df!("tags" => [text(&["a", "b"]), text(&["c"])])?.lazy(),
            col("tags").list().join(lit("-"), false)
        )?
    );

    show!(
        session,
        "marks.map(lambda m: [2 * mark for mark in m])",
        column(&df, marks().eval(element() * lit(2)))?
    );
    show!(
        session,
        "marks.map(lambda m: [mark for mark in m if mark > 1])",
        column(&df, marks().eval(element().filter(element().gt(lit(1)))))?
    );
    let dense = RankOptions {
        method: RankMethod::Dense,
        descending: false,
    };
    show!(
        session,
        "marks.map(lambda m: pd.Series(m, dtype=\"int64\").rank(method=\"dense\").astype(\"int64\").tolist())",
        column(&df, marks().eval(element().rank(dense, None)))?
    );

    let options = |rows_for_nothing| ExplodeOptions {
        empty_as_null: rows_for_nothing,
        keep_nulls: rows_for_nothing,
    };
    show!(
        session,
        "df.explode(\"marks\").astype({\"marks\": \"Int64\"})",
        df.clone().explode(cols(["marks"]), options(true)).collect()?
    );
    show!(
        session,
        "df.explode(\"marks\").dropna().groupby(\"who\", as_index=False)[\"marks\"].agg(list)",
        df.clone()
            .explode(cols(["marks"]), options(false))
            .group_by_stable([col("who")])
            .agg([col("marks")])
            .collect()?
    );
    show!(
        session,
        "marks + marks",
        column(&df, concat_list([col("marks"), col("marks")])?)?
    );
    let points = df!("x" => [1_i64, 2], "y" => [3_i64, 4])?.lazy();
    show!(
        session,
        "points.apply(list, axis=1)",
        column(&points, concat_list([col("x"), col("y")])?.alias(""))?
    );

    let people = df!("name" => ["ann", "bob"], "city" => ["Oslo", "Bergen"], "zip" => [150_i64, 5003])?
        .lazy()
        .select([
            col("name"),
            as_struct(vec![col("city"), col("zip")]).alias("place"),
        ]);
    let field = |name| col("place").struct_().field_by_name(name);
    show!(session, "place", column(&people, col("place"))?);
    show!(
        session,
        "place.str[\"city\"].astype(\"str\")",
        column(&people, field("city").alias("place"))?
    );
    show!(
        session,
        "place.str[\"land\"]",
        column(&people, col("place"))?.struct_()?.field_by_name("land")
    );
    show!(
        session,
        "place.map(lambda p: p[\"zip\"] + 1)",
        column(&people, (field("zip") + lit(1)).alias("place"))?
    );
    show!(
        session,
        "people[[\"name\"]].join(pd.DataFrame(place.tolist()))",
        people.clone().unnest(cols(["place"]), None).collect()?
    );
    show!(
        session,
        "people[[\"name\"]].join(pd.DataFrame(place.tolist()).add_prefix(\"place.\"))",
        people
            .clone()
            .unnest(cols(["place"]), Some(".".into()))
            .collect()?
    );
    show!(
        session,
        "place.map(lambda p: p | {\"zip\": p[\"zip\"] + 1, \"land\": \"NO\"})",
        column(
            &people,
            col("place")
                .struct_()
                .with_fields(vec![field("zip") + lit(1), lit("NO").alias("land")])
        )?
    );
    show!(
        session,
        "place.map(lambda p: {\"town\": p[\"city\"], \"code\": p[\"zip\"]})",
        column(&people, col("place").struct_().rename_fields(["town", "code"]))?
    );
    show!(
        session,
        "pd.Series(points.to_dict(\"records\"))",
        column(&points, as_struct(vec![all().as_expr()]).alias(""))?
    );

    let orders = orders()?;
    let of_each = |name| col("lines").list().eval(element().struct_().field_by_name(name));
    show!(
        session,
        "orders[\"lines\"].map(lambda lines: sum(line[\"n\"] for line in lines))",
        column(&orders, of_each("n").list().sum())?
    );
    show!(
        session,
        "orders[\"lines\"].map(lambda lines: [line[\"item\"] for line in lines])",
        column(&orders, of_each("item"))?
    );
    show!(
        session,
        "orders.explode(\"lines\", ignore_index=True).pipe(lambda o: o[[\"order\"]].join(pd.json_normalize(o[\"lines\"])))",
        orders
            .explode(cols(["lines"]), options(true))
            .unnest(cols(["lines"]), None)
            .collect()?
    );
    Ok(())
}

/// A row for each order, with its lines in a list, from a row for each line.
fn orders() -> PolarsResult<LazyFrame> {
    let lines = df!(
        "order" => [1_i64, 1, 2],
        "item" => ["ink", "pen", "pad"],
        "n" => [2_i64, 1, 5],
    )?;
    let orders = lines.lazy().group_by_stable([col("order")]);
    Ok(orders.agg([as_struct(vec![col("item"), col("n")]).alias("lines")]))
}
