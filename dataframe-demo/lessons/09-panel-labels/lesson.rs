//! Panel with labels: an `Array3` whose axes have names and labels, made of the long frame and turned back into one.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use ndarray::{Array, ArrayView1, Axis, Dimension, Ix3, RemoveAxis, Zip, stack};
use polars::prelude::*;

use crate::{Element, Session, Value, panel::day, show};

pub fn run(session: &mut Session) -> Result<()> {
    let shops = df!("shop" => ["north", "south"])?.lazy();
    let days = df!("day" => [1, 2, 3])?.lazy().select([day(col("day"))]);
    let fruits = df!("fruit" => ["apples", "pears", "plums", "quinces"])?.lazy();
    let numbers = int_range(lit(0), len(), 1, DataType::Int64) * lit(7) % lit(24);
    let frame = shops
        .cross_join(days, None)
        .cross_join(fruits, None)
        .with_columns([numbers.cast(DataType::Float64).alias("sales")])
        .collect()?;

    let axes = ["shop", "day", "fruit"];
    show!(
        session,
        "frame[\"sales\"].to_xarray()",
        Labelled::from_frame(&frame, axes, "sales")?
    );
    let panel = Labelled::from_frame(&frame, axes, "sales")?;
    show!(session, "panel.sizes[\"day\"]", panel.labels("day")?.len());
    show!(session, "panel.to_series()", panel.to_frame("sales")?);
    // The labels say where a row belongs. One that is not there is a NaN.
    show!(
        session,
        "frame[\"sales\"].iloc[::-1].to_xarray()",
        Labelled::from_frame(&frame.reverse(), axes, "sales")?
    );
    let holes = Labelled::from_frame(&frame.slice(0, frame.height() - 1), axes, "sales")?;
    show!(session, "holes", holes);

    show!(
        session,
        "panel.sel(shop=\"north\")",
        panel.at("shop", lit("north"))?
    );
    show!(
        session,
        "panel.sel(day=\"2026-03-02\")",
        panel.at("day", day(lit(2)))?
    );
    show!(
        session,
        "panel.sel(fruit=\"pears\")",
        panel.at("fruit", lit("pears"))?
    );
    show!(
        session,
        "panel.sel(shop=\"north\", day=\"2026-03-02\", fruit=\"pears\")",
        panel
            .at("shop", lit("north"))?
            .at("day", day(lit(2)))?
            .at("fruit", lit("pears"))?
    );
    show!(
        session,
        "panel.sel(fruit=\"figs\")",
        panel.at("fruit", lit("figs"))
    );
    show!(
        session,
        "panel.sel(colour=\"red\")",
        panel.at("colour", lit("red"))
    );
    show!(session, "panel.isel(day=-1)", panel.at("day", col("day").last())?);
    show!(
        session,
        "panel.sel(fruit=[\"plums\", \"apples\"])",
        panel.reindexed(&Series::new("fruit".into(), ["plums", "apples"]))?
    );
    show!(
        session,
        "panel.sel(day=slice(\"2026-03-02\", None))",
        panel.filter("day", col("day").gt_eq(day(lit(2))))?
    );

    show!(session, "panel.sum(\"shop\")", panel.reduce("shop", total)?);
    show!(session, "panel.mean(\"day\")", panel.reduce("day", mean)?);
    show!(session, "panel.max(\"fruit\")", panel.reduce("fruit", greatest)?);
    show!(
        session,
        "panel.sum([\"shop\", \"day\"])",
        panel.reduce("shop", total)?.reduce("day", total)?
    );
    show!(
        session,
        "panel.idxmax(\"fruit\").astype(str)",
        label_of_greatest(&panel, "fruit")?
    );
    show!(session, "holes.sum(\"fruit\")", holes.reduce("fruit", total)?);
    show!(session, "holes.mean(\"fruit\")", holes.reduce("fruit", mean)?);

    show!(
        session,
        "panel / panel.sum(\"fruit\")",
        panel.with(&panel.reduce("fruit", total)?, |a, b| a / b)?
    );
    show!(
        session,
        "panel.transpose(\"fruit\", \"day\", \"shop\") + panel.sum(\"day\")",
        panel
            .transposed(["fruit", "day", "shop"])?
            .with(&panel.reduce("day", total)?, |a, b| a + b)?
    );
    show!(
        session,
        "panel - panel.isel(day=0)",
        panel.with(&panel.at("day", col("day").first())?, |a, b| a - b)?
    );
    let few = panel.reindexed(&Series::new("fruit".into(), ["plums", "apples"]))?;
    show!(
        session,
        "panel - panel.sel(fruit=[\"plums\", \"apples\"])",
        panel.with(&few, |a, b| a - b)
    );

    show!(
        session,
        "panel.transpose(\"fruit\", \"day\", \"shop\")",
        panel.transposed(["fruit", "day", "shop"])?
    );
    show!(
        session,
        "xr.concat([panel, panel.sum(\"shop\").expand_dims(shop=[\"all\"])], \"shop\")",
        panel.pushed(
            &Series::new("shop".into(), ["all"]),
            &panel.reduce("shop", total)?
        )?
    );
    show!(
        session,
        "panel.reindex(fruit=[\"figs\", \"pears\"])",
        panel.reindexed(&Series::new("fruit".into(), ["figs", "pears"]))?
    );
    Ok(())
}

// As in xarray, NaN is a value that is not there.

fn total(lane: ArrayView1<f64>) -> f64 {
    lane.iter().filter(|value| !value.is_nan()).sum()
}

fn mean(lane: ArrayView1<f64>) -> f64 {
    let count = lane.iter().filter(|value| !value.is_nan()).count();
    total(lane) / count as f64
}

fn greatest(lane: ArrayView1<f64>) -> f64 {
    lane.iter().copied().fold(f64::NAN, f64::max)
}

/// The label under which the greatest value stands, the first of several.
fn label_of_greatest<D: RemoveAxis>(
    panel: &Labelled<f64, D>,
    axis: &str,
) -> Result<Labelled<String, D::Smaller>> {
    let labels = panel.labels(axis)?.str()?;
    panel.reduce(axis, |lane| {
        let greatest = greatest(lane);
        let position = lane.iter().position(|value| *value == greatest);
        position
            .and_then(|position| labels.get(position))
            .unwrap_or_default()
            .to_owned()
    })
}

/// An array whose axes have names, and whose positions along them have labels.
#[derive(Debug, Clone)]
struct Labelled<T, D: Dimension> {
    values: Array<T, D>,
    /// A column for each axis: its name is the axis', its values are the labels.
    axes: Vec<Series>,
}

impl Labelled<f64, Ix3> {
    /// Each row's value at the place that the labels in its key columns give it, and NaN where there is no row.
    fn from_frame(frame: &DataFrame, key: [&str; 3], value: &str) -> Result<Self> {
        let labels = |axis| {
            frame
                .column(axis)?
                .as_materialized_series()
                .unique()?
                .sort(SortOptions::default())
        };
        let [item, major, minor] = key;
        let axes = [labels(item)?, labels(major)?, labels(minor)?];
        let values = every_combination(&axes)?
            .join_builder()
            .with(frame.clone().lazy())
            .on(key.map(col))
            .how(JoinType::Left)
            .validate(JoinValidation::OneToOne)
            .maintain_order(MaintainOrderJoin::Left)
            .finish()
            .select([col(value).cast(DataType::Float64).fill_null(lit(f64::NAN))])
            .collect()?;
        let values = values.column(value)?.f64()?.into_no_null_iter().collect();
        Ok(Self {
            values: Array::from_shape_vec(axes.each_ref().map(|labels| labels.len()), values)?,
            axes: axes.into(),
        })
    }

    /// The same values with the axes in another order.
    fn transposed(&self, names: [&str; 3]) -> Result<Self> {
        let [first, second, third] = names;
        let order = [self.axis(first)?, self.axis(second)?, self.axis(third)?];
        let axes = names.map(|name| self.labels(name).cloned());
        Ok(Self {
            values: self.values.clone().permuted_axes(order.map(|axis| axis.index())),
            axes: axes.into_iter().collect::<Result<_>>()?,
        })
    }
}

impl<D: RemoveAxis> Labelled<f64, D> {
    /// The long frame: a row for each value, with its labels in front.
    fn to_frame(&self, value: &str) -> Result<DataFrame> {
        let values = Float64Chunked::from_iter_values(value.into(), self.values.iter().copied());
        Ok(every_combination(&self.axes)?
            .collect()?
            .hstack(&[values.into_column()])?)
    }

    fn axis(&self, name: &str) -> Result<Axis> {
        let position = self.axes.iter().position(|labels| labels.name() == name);
        position
            .map(Axis)
            .with_context(|| format!("no axis is named {name}"))
    }

    fn labels(&self, name: &str) -> Result<&Series> {
        let labels = self.axes.iter().find(|labels| labels.name() == name);
        labels.with_context(|| format!("no axis is named {name}"))
    }

    /// The labels of an axis that fulfil a condition, with their positions.
    fn found(&self, axis: &str, condition: Expr) -> Result<(Vec<usize>, Series)> {
        let labels = self.labels(axis)?.clone().into_frame().lazy();
        let found = labels
            .with_row_index("position", None)
            .filter(condition)
            .collect()?;
        let positions = found.column("position")?.u32()?.into_no_null_iter();
        let labels = found.column(axis)?.as_materialized_series().clone();
        Ok((positions.map(|position| position as usize).collect(), labels))
    }

    /// What stands under one label of an axis: an axis less.
    fn at(&self, axis: &str, label: Expr) -> Result<Labelled<f64, D::Smaller>> {
        let condition = col(axis).eq(label);
        let (positions, _) = self.found(axis, condition.clone())?;
        let [position] = positions[..] else {
            bail!("{} labels fulfil {condition}", positions.len());
        };
        Ok(Labelled {
            values: self.values.index_axis(self.axis(axis)?, position).to_owned(),
            axes: self.axes_without(axis),
        })
    }

    /// What stands under the labels of an axis that fulfil a condition.
    fn filter(&self, axis: &str, condition: Expr) -> Result<Self> {
        let (positions, labels) = self.found(axis, condition)?;
        Ok(Self {
            values: self.values.select(self.axis(axis)?, &positions),
            axes: self.axes_with(&labels),
        })
    }

    /// What stands under these labels, in their order, and NaN under one that is not there.
    fn reindexed(&self, labels: &Series) -> Result<Self> {
        let name = labels.name().as_str();
        let ours = self
            .labels(name)?
            .clone()
            .into_frame()
            .lazy()
            .with_row_index("position", None);
        let positions = labels
            .clone()
            .into_frame()
            .lazy()
            .join_builder()
            .with(ours)
            .on([col(name)])
            .how(JoinType::Left)
            .validate(JoinValidation::ManyToOne)
            .maintain_order(MaintainOrderJoin::Left)
            .finish()
            .collect()?;
        let axis = self.axis(name)?;
        let nothing = Array::from_elem(self.values.raw_dim().remove_axis(axis), f64::NAN);
        let parts = positions
            .column("position")?
            .u32()?
            .iter()
            .map(|position| match position {
                Some(position) => self.values.index_axis(axis, position as usize),
                None => nothing.view(),
            });
        let parts: Vec<_> = parts.collect();
        Ok(Self {
            values: stack(axis, &parts)?.into_dimensionality()?,
            axes: self.axes_with(labels),
        })
    }

    /// Makes one value of each lane along an axis: an axis less.
    fn reduce<T>(
        &self,
        axis: &str,
        lane: impl FnMut(ArrayView1<f64>) -> T,
    ) -> Result<Labelled<T, D::Smaller>> {
        Ok(Labelled {
            values: self.values.map_axis(self.axis(axis)?, lane),
            axes: self.axes_without(axis),
        })
    }

    /// One more label at the end of an axis, with what stands under it.
    fn pushed(&self, label: &Series, values: &Labelled<f64, D::Smaller>) -> Result<Self> {
        let name = label.name().as_str();
        let mut labels = self.labels(name)?.clone();
        labels.append(label)?;
        let mut all = self.values.clone();
        all.push(self.axis(name)?, values.values.view())?;
        Ok(Self {
            values: all,
            axes: self.axes_with(&labels),
        })
    }

    /// Each value with the one that has the same labels in an array of the same or fewer axes, in whatever order they are.
    fn with<E: Dimension>(
        &self,
        other: &Labelled<f64, E>,
        operation: impl Fn(f64, f64) -> f64,
    ) -> Result<Self> {
        let place = |labels: &Series| other.axes.iter().position(|axis| axis.name() == labels.name());
        let order: Vec<_> = self.axes.iter().filter_map(place).collect();
        ensure!(order.len() == other.axes.len(), "only one of them has an axis");
        let mut view = other.values.view().into_dyn().permuted_axes(order);
        for (at, labels) in self.axes.iter().enumerate() {
            match other.axes.iter().find(|axis| axis.name() == labels.name()) {
                Some(axis) => ensure!(axis.equals(labels), "the labels of {} differ", labels.name()),
                None => view = view.insert_axis(Axis(at)),
            }
        }
        let stretched = view
            .broadcast(self.values.raw_dim())
            .context("the shapes differ")?;
        Ok(Self {
            values: Zip::from(&self.values)
                .and(stretched)
                .map_collect(|&a, &b| operation(a, b)),
            axes: self.axes.clone(),
        })
    }

    fn axes_without(&self, name: &str) -> Vec<Series> {
        let others = self.axes.iter().filter(|labels| labels.name() != name);
        others.cloned().collect()
    }

    fn axes_with(&self, labels: &Series) -> Vec<Series> {
        let replaced = |axis: &Series| {
            if axis.name() == labels.name() {
                labels.clone()
            } else {
                axis.clone()
            }
        };
        self.axes.iter().map(replaced).collect()
    }
}

/// A row for each combination of labels, the last axis' changing fastest, as in an array.
fn every_combination(axes: &[Series]) -> Result<LazyFrame> {
    axes.iter()
        .map(|labels| labels.clone().into_frame().lazy())
        .reduce(|left, right| left.cross_join(right, None))
        .context("there is no axis")
}

impl<T: Element, D: Dimension> Value for Labelled<T, D> {
    fn answer(&self) -> BTreeMap<String, String> {
        let mut answer = self.values.answer();
        let names: Vec<_> = self.axes.iter().map(|labels| labels.name().as_str()).collect();
        answer.insert("dims".to_owned(), names.join(" "));
        for labels in &self.axes {
            let cells = labels.answer().remove("value").unwrap_or_default();
            answer.insert(format!("[{}]", labels.name()), cells);
        }
        answer
    }

    fn display(&self) -> String {
        let axes = self.axes.iter().map(|labels| {
            let cells: Vec<_> = labels
                .iter()
                .map(|label| label.str_value().into_owned())
                .collect();
            format!("{}: {}\n", labels.name(), cells.join(", "))
        });
        axes.chain([self.values.display()]).collect()
    }
}
