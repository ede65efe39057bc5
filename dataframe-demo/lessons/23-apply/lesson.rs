//! Apply: what a Python function is called for row by row, expressions say; and where none does, a closure of Rust.

use anyhow::Result;
use polars::{
    lazy::dsl::max_horizontal,
    prelude::{
        arity::{binary_elementwise, try_unary_elementwise, unary_elementwise},
        *,
    },
};

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let boxes = df!(
        "item" => ["pen", "lamp", "desk"],
        "width" => [1.0, 20.0, 120.0],
        "depth" => [14.0, 20.0, 60.0],
    )?
    .lazy();
    let area = || (col("width") * col("depth")).alias("");
    show!(
        session,
        "boxes.apply(lambda row: row[\"width\"] * row[\"depth\"], axis=\"columns\")",
        column(&boxes, area())?
    );
    show!(
        session,
        "boxes[\"width\"] * boxes[\"depth\"]",
        column(&boxes, area())?
    );
    show!(
        session,
        "boxes[\"width\"].map(lambda width: \"large\" if width > 100 else \"small\")",
        column(
            &boxes,
            col("width").map(sizes, |_, field| Ok(Field::new(
                field.name().clone(),
                DataType::String
            )))
        )?
    );
    show!(
        session,
        "np.where(boxes[\"width\"] > 100, \"large\", \"small\")",
        column(
            &boxes,
            when(col("width").gt(lit(100)))
                .then(lit("large"))
                .otherwise(lit("small"))
                .alias("")
        )?
    );
    let item = || col("item").str();
    show!(
        session,
        "boxes[\"item\"].map(lambda item: item[0].upper() + item[1:])",
        column(
            &boxes,
            item().head(lit(1)).str().to_uppercase() + item().slice(lit(1), lit(NULL))
        )?
    );
    let words = |words: [&str; 2]| lit(Series::new(PlSmallStr::EMPTY, words)).implode(true);
    show!(
        session,
        "boxes[\"item\"].map({\"pen\": \"office\", \"desk\": \"furniture\"})",
        column(
            &boxes,
            col("item").replace_strict(
                words(["pen", "desk"]),
                words(["office", "furniture"]),
                Some(lit(NULL)),
                Some(DataType::String)
            )
        )?
    );
    let sides = || cols(["width", "depth"]).as_expr();
    show!(
        session,
        "boxes[[\"width\", \"depth\"]].apply(lambda column: column.max() - column.min()).to_frame().T",
        boxes.clone().select([sides().max() - sides().min()]).collect()?
    );
    show!(
        session,
        "boxes[[\"width\", \"depth\"]].apply(\"max\", axis=\"columns\")",
        column(&boxes, max_horizontal([sides()])?.alias(""))?
    );
    show!(
        session,
        "boxes[[\"width\", \"depth\"]].map(lambda value: value / 100)",
        boxes.clone().select([sides() / lit(100)]).collect()?
    );

    let numbers = df!("n" => [Some(1_i64), Some(6), None, Some(27)], "m" => [4_i64, 9, 5, 18])?.lazy();
    show!(
        session,
        "numbers[\"m\"].map(collatz)",
        column(&numbers, col("m").map(collatz_steps, same_type))?
    );
    show!(
        session,
        "numbers[\"n\"].map(collatz, na_action=\"ignore\")",
        column(&numbers, col("n").map(collatz_steps, same_type))?
    );
    show!(
        session,
        "numbers.dropna().apply(lambda row: math.gcd(row[\"n\"], row[\"m\"]), axis=\"columns\")",
        column(
            &numbers.clone().drop_nulls(None),
            col("n")
                .map_many(greatest_common_divisors, &[col("m")], |_, _| Ok(Field::new(
                    PlSmallStr::EMPTY,
                    DataType::Int64
                )))
                .alias("")
        )?
    );
    show!(
        session,
        "numbers[\"m\"].apply(lambda m: pd.Series(divmod(m, 4), index=[\"quotient\", \"rest\"]))",
        numbers
            .clone()
            .select([
                col("m").floor_div(lit(4)).alias("quotient"),
                (col("m") % lit(4)).alias("rest")
            ])
            .collect()?
    );

    let prices = df!(
        "share" => ["a", "a", "b", "b", "a", "b", "b", "a"],
        "price" => [1_i64, 2, 5, 4, 3, 6, 7, 2],
    )?
    .lazy();
    show!(
        session,
        "prices.groupby(\"share\")[\"price\"].agg(lambda prices: longest_rise(prices.to_list()))",
        prices
            .clone()
            .group_by([col("share")])
            .agg([col("price").agg_with_fmt_str(longest_rise, same_type, "longest_rise")])
            .sort(["share"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "prices.groupby(\"share\")[\"price\"].transform(lambda prices: prices.iloc[0])",
        column(&prices, col("price").first().over([col("share")])?)?
    );

    show!(
        session,
        "numbers[\"m\"].map(lambda m: 8 // (m - 4))",
        column(&numbers, (col("m") - lit(4)).map(eighths, same_type))
    );
    show!(
        session,
        "8 // (numbers[\"m\"].astype(\"Int64\") - 4)",
        column(&numbers, lit(8_i64).floor_div(col("m") - lit(4)).alias("m"))?
    );
    show!(
        session,
        "boxes[\"item\"].map(int)",
        column(&boxes, col("item").strict_cast(DataType::Int64))
    );
    show!(
        session,
        "boxes[\"height\"].map(math.sqrt)",
        column(&boxes, col("height").sqrt())
    );
    Ok(())
}

/// What a closure makes has to be said before it runs, for the plan.
fn same_type(_: &Schema, field: &Field) -> PolarsResult<Field> {
    Ok(field.clone())
}

fn sizes(widths: Column) -> PolarsResult<Column> {
    let sizes: StringChunked = unary_elementwise(widths.f64()?, |width: Option<f64>| {
        width.map(|width| if width > 100.0 { "large" } else { "small" })
    });
    Ok(sizes.into_column())
}

/// A column may be in several chunks, with nulls in each, which `unary_elementwise` keeps.
fn collatz_steps(numbers: Column) -> PolarsResult<Column> {
    let steps: Int64Chunked = unary_elementwise(numbers.i64()?, |n: Option<i64>| n.map(collatz));
    Ok(steps.into_column())
}

fn collatz(mut n: i64) -> i64 {
    let mut steps = 0;
    while n > 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

fn greatest_common_divisors(columns: &mut [Column]) -> PolarsResult<Column> {
    let [a, b] = columns else {
        polars_bail!(InvalidOperation: "two columns are needed, not {}", columns.len());
    };
    let divisors: Int64Chunked = binary_elementwise(a.i64()?, b.i64()?, |a: Option<i64>, b: Option<i64>| {
        a.zip(b).map(|(a, b)| greatest_common_divisor(a, b))
    });
    Ok(divisors.into_column())
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 {
        a.abs()
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// Of a group's prices the most that rose one after the other.
fn longest_rise(prices: Column) -> PolarsResult<Column> {
    let prices: Vec<_> = prices.i64()?.into_no_null_iter().collect();
    let rising = prices
        .windows(2)
        .map(|pair| pair.is_sorted_by(|before, after| before < after));
    let (longest, _) = rising.fold((0, 0), |(longest, length), rises| {
        let length: i64 = if rises { length + 1 } else { 0 };
        (longest.max(length), length)
    });
    Ok(Column::new("price".into(), [longest]))
}

/// An error of one value is the error of the whole query.
fn eighths(divisors: Column) -> PolarsResult<Column> {
    let quotients: Int64Chunked = try_unary_elementwise(divisors.i64()?, |divisor: Option<i64>| {
        let quotient = |divisor| {
            8_i64
                .checked_div(divisor)
                .ok_or_else(|| polars_err!(ComputeError: "8 cannot be divided by {divisor}"))
        };
        divisor.map(quotient).transpose()
    })?;
    Ok(quotients.into_column())
}
