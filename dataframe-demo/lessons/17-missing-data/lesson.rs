//! Missing data: nulls in a column of any type, what is done about them, and why NaN is none.

use anyhow::Result;
use polars::{lazy::dsl::sum_horizontal, prelude::*};

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let readings = df!(
        "station" => [Some("Oslo"), Some("Bergen"), None, Some("Bodø"), None],
        "degrees" => [Some(3.5), None, Some(-1.0), Some(2.0), None],
        "rain" => [Some(0_i64), Some(7), None, Some(2), None],
    )?;
    let lazy = readings.clone().lazy();
    let any_column = || all().as_expr();

    show!(session, "readings", readings);
    show!(
        session,
        "readings.isna()",
        lazy.clone().select([any_column().is_null()]).collect()?
    );
    show!(
        session,
        "readings.isna().sum().to_frame().T",
        readings.null_count()
    );
    show!(
        session,
        "readings.assign(gaps=readings.isna().sum(axis=\"columns\"))",
        lazy.clone()
            .with_columns([sum_horizontal([any_column().is_null()], true)?.alias("gaps")])
            .collect()?
    );

    show!(
        session,
        "readings.dropna()",
        lazy.clone().drop_nulls(None).collect()?
    );
    show!(
        session,
        "readings.dropna(how=\"all\")",
        lazy.clone()
            .filter(any_horizontal([any_column().is_not_null()])?)
            .collect()?
    );
    show!(
        session,
        "readings.dropna(subset=[\"degrees\"])",
        lazy.clone().drop_nulls(Some(cols(["degrees"]))).collect()?
    );
    show!(
        session,
        "readings.dropna(thresh=2)",
        lazy.clone()
            .filter(sum_horizontal([any_column().is_not_null()], true)?.gt_eq(lit(2)))
            .collect()?
    );

    show!(
        session,
        "readings.fillna({\"station\": \"unknown\", \"rain\": 0})",
        lazy.clone()
            .with_columns([
                col("station").fill_null(lit("unknown")),
                col("rain").fill_null(lit(0))
            ])
            .collect()?
    );
    show!(
        session,
        "readings.fillna({\"degrees\": readings[\"degrees\"].mean()})",
        lazy.clone()
            .with_columns([col("degrees").fill_null(mean("degrees"))])
            .collect()?
    );
    show!(
        session,
        "readings.ffill()",
        lazy.clone()
            .select([any_column().fill_null_with_strategy(FillNullStrategy::Forward(None))])
            .collect()?
    );
    show!(
        session,
        "readings.bfill(limit=1)",
        lazy.clone()
            .select([any_column().fill_null_with_strategy(FillNullStrategy::Backward(Some(1)))])
            .collect()?
    );
    // Nothing lies beyond the last value to interpolate with: pandas repeats it unless it is told not to.
    let interpolated = || col("degrees").interpolate(InterpolationMethod::Linear);
    show!(
        session,
        "readings[[\"degrees\"]].interpolate()",
        lazy.clone()
            .select([interpolated().fill_null_with_strategy(FillNullStrategy::Forward(None))])
            .collect()?
    );
    show!(
        session,
        "readings[[\"degrees\"]].interpolate(limit_area=\"inside\")",
        lazy.clone().select([interpolated()]).collect()?
    );
    show!(
        session,
        "readings[\"degrees\"].combine_first(readings[\"rain\"].astype(\"float64\"))",
        column(&lazy, coalesce(&[col("degrees"), col("rain")]))?
    );

    let ratio = df!("a" => [Some(0.0), Some(1.0), None], "b" => [0.0, 2.0, 2.0])?.lazy();
    let quotient = || (col("a") / col("b")).alias("");
    show!(
        session,
        "ratio[\"a\"] / ratio[\"b\"]",
        column(&ratio, quotient())?
    );
    show!(
        session,
        "(ratio[\"a\"] / ratio[\"b\"]).isna()",
        column(&ratio, quotient().is_null().or(quotient().is_nan()))?
    );
    show!(
        session,
        "(ratio[\"a\"] / ratio[\"b\"]).mean()",
        column(&ratio, quotient())?.mean_reduce()?
    );
    show!(
        session,
        "ratio[\"a\"] == ratio[\"a\"]",
        column(&ratio, col("a").eq(col("a")))?
    );

    let flags = df!(
        "a" => [Some(true), Some(true), Some(true), Some(false), Some(false), None],
        "b" => [Some(true), Some(false), None, Some(false), None, None],
    )?;
    let [a, b] = ["a", "b"].map(col);
    show!(
        session,
        "flags.assign(both=flags[\"a\"] & flags[\"b\"], either=flags[\"a\"] | flags[\"b\"], one=flags[\"a\"] ^ flags[\"b\"])",
        flags
            .clone()
            .lazy()
            .with_columns([
                a.clone().and(b.clone()).alias("both"),
                a.clone().or(b.clone()).alias("either"),
                a.clone().xor(b.clone()).alias("one"),
            ])
            .collect()?
    );
    show!(
        session,
        "flags[flags[\"a\"] | flags[\"b\"]]",
        flags.clone().lazy().filter(a.or(b)).collect()?
    );
    let a = flags.column("a")?.bool()?;
    show!(session, "flags[\"a\"].any()", a.any());
    show!(session, "flags[\"a\"].tail(3).any()", a.tail(Some(3)).any());
    show!(
        session,
        "flags[\"a\"].tail(3).any(skipna=False)",
        a.tail(Some(3)).any_kleene()
    );

    let nothing = Int64Chunked::full_null(PlSmallStr::EMPTY, 2).into_series();
    show!(session, "nothing.sum()", nothing.sum::<i64>()?);
    show!(
        session,
        "nothing.sum(min_count=1)",
        (nothing.null_count() < nothing.len()).then(|| nothing.sum::<i64>())
    );
    show!(session, "nothing.max()", nothing.max::<i64>()?);
    show!(session, "nothing.mean()", nothing.mean());
    show!(
        session,
        "nothing.dropna().eq(1).all()",
        nothing.drop_nulls().equal(1)?.all()
    );

    let raw = df!("wind" => [12_i64, -999, 15, -999], "sky" => ["clear", "n/a", "", "rain"])?.lazy();
    let wind = || {
        when(col("wind").gt_eq(lit(0)))
            .then(col("wind"))
            .otherwise(lit(NULL))
    };
    show!(
        session,
        "raw[\"wind\"].mask(raw[\"wind\"] < 0)",
        column(&raw, wind())?
    );
    show!(
        session,
        "raw[\"wind\"].mask(raw[\"wind\"] < 0).mean()",
        column(&raw, wind())?.mean_reduce()?
    );
    show!(
        session,
        "raw[\"wind\"].astype(\"Int64\").replace(-999, pd.NA)",
        column(&raw, col("wind").replace(lit(-999), lit(NULL)))?
    );
    let unknown = || lit(Series::new(PlSmallStr::EMPTY, ["n/a", ""])).implode(true);
    show!(
        session,
        "raw[\"sky\"].mask(raw[\"sky\"].isin([\"n/a\", \"\"]))",
        column(
            &raw,
            when(col("sky").is_in(unknown(), false))
                .then(lit(NULL))
                .otherwise(col("sky"))
                .alias("sky")
        )?
    );
    show!(
        session,
        "raw[\"sky\"].replace({\"n/a\": \"unknown\", \"\": \"unknown\"})",
        column(&raw, col("sky").replace(unknown(), lit("unknown")))?
    );
    Ok(())
}
