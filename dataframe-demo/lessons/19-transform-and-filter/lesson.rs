//! Transform and filter: what is known of a group beside each of its rows, by `over`, and the rows and groups that pass.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let games = df!(
        "team" => ["red", "blue", "red", "green", "blue", "red", "blue"],
        "player" => ["Ada", "Bob", "Cem", "Dot", "Eve", "Fay", "Gus"],
        "points" => [10_i64, 25, 30, 15, 5, 20, 25],
        "fouls" => [Some(1.0), None, Some(3.0), Some(2.0), Some(4.0), None, Some(0.0)],
    )?
    .lazy();
    let team = [col("team")];

    show!(
        session,
        "games.assign(total=teams[\"points\"].transform(\"sum\"))",
        games
            .clone()
            .with_columns([sum("points").over(&team)?.alias("total")])
            .collect()?
    );
    let numbers = || cols(["points", "fouls"]).as_expr();
    show!(
        session,
        "teams[[\"points\", \"fouls\"]].transform(\"mean\")",
        games.clone().select([numbers().mean().over(&team)?]).collect()?
    );
    show!(
        session,
        "games[[\"points\", \"fouls\"]] - teams[[\"points\", \"fouls\"]].transform(\"mean\")",
        games
            .clone()
            .select([numbers() - numbers().mean().over(&team)?])
            .collect()?
    );
    // Between whole numbers `/` divides as Rust does, and drops the rest.
    show!(
        session,
        "games[\"points\"] / teams[\"points\"].transform(\"sum\")",
        column(&games, col("points").true_div(sum("points").over(&team)?))?
    );
    show!(
        session,
        "teams[\"points\"].transform(lambda points: (points - points.mean()) / points.std())",
        column(
            &games,
            ((col("points") - mean("points")) / col("points").std(1)).over(&team)?
        )?
    );
    show!(
        session,
        "teams[\"player\"].transform(\"size\")",
        column(&games, len().over(&team)?.alias("player"))?
    );
    show!(
        session,
        "games[\"fouls\"].fillna(teams[\"fouls\"].transform(\"mean\"))",
        column(&games, col("fouls").fill_null(mean("fouls")).over(&team)?)?
    );
    show!(
        session,
        "teams[\"points\"].transform(lambda points: points.max() - points)",
        column(&games, (max("points") - col("points")).over(&team)?)?
    );

    let best_first = RankOptions {
        method: RankMethod::Min,
        descending: true,
    };
    show!(
        session,
        "games.assign(place=teams[\"points\"].rank(method=\"min\", ascending=False).astype(\"int64\"))",
        games
            .clone()
            .with_columns([col("points").rank(best_first, None).over(&team)?.alias("place")])
            .collect()?
    );
    let row = || int_range(lit(0), len(), 1, DataType::Int64);
    show!(
        session,
        "teams.cumcount()",
        column(&games, row().over(&team)?.alias(""))?
    );
    show!(
        session,
        "teams.cumcount(ascending=False)",
        column(&games, row().reverse().over(&team)?.alias(""))?
    );
    show!(
        session,
        "teams[\"points\"].cumsum()",
        column(&games, col("points").cum_sum(false).over(&team)?)?
    );
    show!(
        session,
        "teams[\"points\"].cummax()",
        column(&games, col("points").cum_max(false).over(&team)?)?
    );
    show!(
        session,
        "teams[\"player\"].shift()",
        column(&games, col("player").shift(lit(1)).over(&team)?)?
    );
    let by_name = RankOptions {
        method: RankMethod::Dense,
        descending: false,
    };
    show!(
        session,
        "teams.ngroup()",
        column(&games, (col("team").rank(by_name, None) - lit(1)).alias(""))?
    );

    show!(
        session,
        "teams.filter(lambda team: team[\"points\"].sum() > 55)",
        games
            .clone()
            .filter(sum("points").over(&team)?.gt(lit(55)))
            .collect()?
    );
    show!(
        session,
        "teams.filter(lambda team: len(team) < 3)",
        games.clone().filter(len().over(&team)?.lt(lit(3))).collect()?
    );
    show!(
        session,
        "teams.agg(total=(\"points\", \"sum\")).query(\"total > 50\")",
        games
            .clone()
            .group_by(&team)
            .having(sum("points").gt(lit(50)))
            .agg([sum("points").alias("total")])
            .sort(["team"], SortMultipleOptions::default())
            .collect()?
    );

    show!(
        session,
        "teams.head(2)",
        games.clone().filter(row().over(&team)?.lt(lit(2))).collect()?
    );
    show!(
        session,
        "teams.tail(1)",
        games
            .clone()
            .filter(row().reverse().over(&team)?.lt(lit(1)))
            .collect()?
    );
    let descending = SortMultipleOptions::default()
        .with_order_descending(true)
        .with_maintain_order(true);
    show!(
        session,
        "games.sort_values(\"points\", ascending=False, kind=\"stable\").groupby(\"team\").head(1)",
        games
            .clone()
            .sort(["points"], descending)
            .unique_stable(Some(cols(["team"])), UniqueKeepStrategy::First)
            .collect()?
    );
    show!(
        session,
        "games.loc[teams[\"points\"].idxmax()]",
        games
            .clone()
            .group_by(&team)
            .agg([all().as_expr().get(col("points").arg_max(), false)])
            .sort(["team"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "games[games[\"points\"] == teams[\"points\"].transform(\"max\")]",
        games
            .clone()
            .filter(col("points").eq(max("points").over(&team)?))
            .collect()?
    );
    show!(
        session,
        "teams[\"points\"].nlargest(2).reset_index(level=\"team\").reset_index(drop=True)",
        games
            .clone()
            .group_by(&team)
            .agg([col("points").top_k(lit(2))])
            .explode(
                cols(["points"]),
                ExplodeOptions {
                    empty_as_null: false,
                    keep_nulls: true
                }
            )
            .sort(
                ["team", "points"],
                SortMultipleOptions::default().with_order_descending_multi([false, true])
            )
            .collect()?
    );
    show!(
        session,
        "games.drop_duplicates(\"team\", keep=\"last\")",
        games
            .clone()
            .unique_stable(Some(cols(["team"])), UniqueKeepStrategy::Last)
            .collect()?
    );
    Ok(())
}
