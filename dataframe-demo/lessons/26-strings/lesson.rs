//! Strings: the str name space of expressions, with regular expressions, lengths in characters and bytes, and Unicode.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let df = df!(
        "name" => [Some("  Ada Lovelace"), Some("Grace Hopper "), Some("Łukasz Żółć"), None],
        "code" => ["AB-12", "CD-345", "x-6", "EF"],
        "size" => [1.5, 2.0, 10.25, 3.0],
    )?
    .lazy()
    .with_column(col("name").str().strip_chars(lit(NULL)));
    let name = || col("name").str();
    let code = || col("code").str();

    show!(session, "name", column(&df, col("name"))?);
    show!(session, "name.str.upper()", column(&df, name().to_uppercase())?);
    show!(session, "name.str.lower()", column(&df, name().to_lowercase())?);
    show!(
        session,
        "name.str.capitalize()",
        column(
            &df,
            concat_str(
                [
                    name().head(lit(1)).str().to_uppercase(),
                    name().slice(lit(1), lit(NULL)).str().to_lowercase()
                ],
                "",
                false
            )
        )?
    );
    show!(
        session,
        "code.str.strip(\"xAF\")",
        column(&df, code().strip_chars(lit("xAF")))?
    );
    show!(
        session,
        "code.str.removeprefix(\"AB-\")",
        column(&df, code().strip_prefix(lit("AB-")))?
    );

    show!(
        session,
        "name.str.len().astype(\"Int64\")",
        column(&df, name().len_chars())?
    );
    show!(
        session,
        "name.str.encode(\"utf-8\").str.len().astype(\"Int64\")",
        column(&df, name().len_bytes())?
    );
    // One letter of one code point, one of two, and a thumb with the colour of its skin.
    let accents = df!("" => ["\u{e9}", "e\u{301}", "\u{1f44d}\u{1f3fd}"])?.lazy();
    show!(
        session,
        "accents.str.len()",
        column(&accents, col("").str().len_chars())?
    );
    show!(
        session,
        "accents.str.encode(\"utf-8\").str.len()",
        column(&accents, col("").str().len_bytes())?
    );

    show!(session, "name.str[:3]", column(&df, name().head(lit(3)))?);
    show!(session, "name.str[-4:]", column(&df, name().tail(lit(4)))?);
    show!(session, "name.str[1]", column(&df, name().slice(lit(1), lit(1)))?);
    show!(
        session,
        "code.str.split(\"-\")",
        column(&df, code().split(lit("-")))?
    );
    show!(
        session,
        "code.str.split(\"-\").str[1].astype(\"str\")",
        column(&df, code().split(lit("-")).list().get(lit(1), true))?
    );
    show!(
        session,
        "code.str.split(\"-\", n=1, expand=True).set_axis([\"letters\", \"digits\"], axis=1)",
        df.clone()
            .select([code()
                .splitn(lit("-"), 2)
                .struct_()
                .rename_fields(["letters", "digits"])])
            .unnest(cols(["code"]), None)
            .collect()?
    );

    show!(
        session,
        "name.str.contains(\"ace\")",
        column(&df, name().contains_literal(lit("ace")))?
    );
    show!(
        session,
        "name.str.contains(\"ace\", na=False)",
        column(&df, name().contains_literal(lit("ace")).fill_null(false))?
    );
    show!(
        session,
        "name.str.contains(\"^ada\", case=False, na=False)",
        column(&df, name().contains(lit("(?i)^ada"), true).fill_null(false))?
    );
    show!(
        session,
        "code.str.contains(\".\", regex=False)",
        column(&df, code().contains_literal(lit(".")))?
    );
    show!(
        session,
        "name.str.startswith((\"Ada\", \"Grace\"), na=False)",
        column(
            &df,
            name()
                .starts_with(lit("Ada"))
                .or(name().starts_with(lit("Grace")))
                .fill_null(false)
        )?
    );
    show!(
        session,
        "code.str.fullmatch(r\"[A-Z]+-\\d+\")",
        column(&df, code().contains(lit(r"^[A-Z]+-\d+$"), true))?
    );
    show!(
        session,
        "name.str.count(\"a\").astype(\"Int64\")",
        column(&df, name().count_matches(lit("a"), true))?
    );
    show!(
        session,
        "name.str.find(\"a\").astype(\"Int64\")",
        column(&df, name().find_literal(lit("a")))?
    );

    show!(
        session,
        "code.str.extract(r\"-(\\d+)\", expand=False)",
        column(&df, code().extract(lit(r"-(\d+)"), 1))?
    );
    let parts = lit("([A-Za-z]+)-([0-9]+)");
    show!(
        session,
        "code.str.extract(r\"(?P<letters>[A-Za-z]+)-(?P<digits>\\d+)\").astype({\"digits\": \"Int64\"})",
        df.clone()
            .select([
                code().extract(parts.clone(), 1).alias("letters"),
                code()
                    .extract(parts, 2)
                    .strict_cast(DataType::Int64)
                    .alias("digits")
            ])
            .collect()?
    );
    show!(
        session,
        "code.str.findall(r\"\\d\")",
        column(&df, code().extract_all(lit(r"\d")))?
    );
    show!(
        session,
        "code.str.extract(\"(\")",
        column(&df, code().extract(lit("("), 1))
    );

    show!(
        session,
        "name.str.replace(\"a\", \"o\")",
        column(&df, name().replace_all(lit("a"), lit("o"), true))?
    );
    show!(
        session,
        "name.str.replace(\"a\", \"o\", n=1)",
        column(&df, name().replace(lit("a"), lit("o"), true))?
    );
    show!(
        session,
        "code.str.replace(r\"([A-Z]+)-(\\d+)\", r\"\\2-\\1\", regex=True)",
        column(
            &df,
            code().replace_all(lit(r"([A-Z]+)-(\d+)"), lit("$2-$1"), false)
        )?
    );
    show!(
        session,
        "code.replace({\"EF\": \"EF-0\", \"x-6\": \"XX-6\"})",
        column(
            &df,
            col("code").replace(texts(["EF", "x-6"]), texts(["EF-0", "XX-6"]))
        )?
    );

    show!(
        session,
        "code.str.rjust(6)",
        column(&df, code().pad_start(lit(6), ' '))?
    );
    show!(
        session,
        "code.str.ljust(6, \".\")",
        column(&df, code().pad_end(lit(6), '.'))?
    );
    show!(
        session,
        "pd.Series([\"7\", \"-7\", \"1234\"]).str.zfill(4)",
        column(
            &df!("" => ["7", "-7", "1234"])?.lazy(),
            col("").str().zfill(lit(4))
        )?
    );
    show!(
        session,
        "name.str.cat(code, sep=\": \")",
        column(&df, concat_str([col("name"), col("code")], ": ", false))?
    );
    show!(
        session,
        "name.str.cat(code, sep=\": \", na_rep=\"?\")",
        column(
            &df,
            concat_str([col("name").fill_null(lit("?")), col("code")], ": ", false)
        )?
    );
    show!(
        session,
        "code.str.cat(sep=\" \")",
        column(&df, code().join(" ", true))?.get(0)?
    );
    show!(
        session,
        "code + \"/\" + df[\"size\"].astype(str)",
        column(&df, format_str("{}/{}", &[col("code"), col("size")])?.alias(""))?
    );

    let words = df!("" => ["b", "Z", "a", "ä"])?.lazy();
    show!(
        session,
        "words.sort_values()",
        column(&words, col("").sort(SortOptions::default()))?
    );
    show!(
        session,
        "words.sort_values(key=lambda s: s.str.lower())",
        column(
            &words,
            col("").sort_by([col("").str().to_lowercase()], SortMultipleOptions::default())
        )?
    );
    Ok(())
}

fn texts<const N: usize>(texts: [&str; N]) -> Expr {
    lit(Series::new(PlSmallStr::EMPTY, texts)).implode(true)
}
