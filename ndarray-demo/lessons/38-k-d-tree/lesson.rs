//! k-d tree: the nearest points, those within a distance, other metrics, and many questions at once.

use std::num::NonZero;

use anyhow::{Context, Result, ensure};
use kdtree::{KdTree, distance::squared_euclidean};
use kiddo::{ImmutableKdTree, SquaredEuclidean};
use ndarray::Array2;

use crate::{
    Session,
    reductions::{larger, max},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let n = 500;
    let place = |i: usize| [(i as f64 * 0.618_033_988_749_894_9).fract(), i as f64 / n as f64];
    let points: Vec<[f64; 2]> = (0..n).map(place).collect();
    show!(session, "points[:3]", Array2::from(points[..3].to_vec()));
    let tree = tree(&points)?;
    show!(session, "tree.n", tree.size());
    show!(session, "tree.m", points[0].len());

    // Distances come back as the metric has them: squared, here.
    let nearest = tree.nearest(&[0.5, 0.5], 1, &squared_euclidean)?;
    let &(distance, &index) = nearest.first().context("no points")?;
    show!(session, "distance", distance.sqrt());
    show!(session, "index", index);
    show!(session, "points[index]", points[index]);

    let here = [0.25, 0.75];
    let five = tree.nearest(&here, 5, &squared_euclidean)?;
    show!(
        session,
        "distances",
        five.iter()
            .map(|(distance, _)| distance.sqrt())
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "indices",
        five.iter().map(|&(_, &index)| index).collect::<Vec<_>>()
    );
    let mut near: Vec<_> = tree.within(&here, 0.06 * 0.06, &squared_euclidean)?;
    near.sort_by_key(|&(_, index)| index);
    show!(
        session,
        "tree.query_ball_point([0.25, 0.75], 0.06, return_sorted=True)",
        near.iter().map(|&(_, &index)| index).collect::<Vec<_>>()
    );
    show!(
        session,
        "tree.query_ball_point([0.25, 0.75], 0.06, return_length=True)",
        tree.within_count(&here, 0.06 * 0.06, &squared_euclidean)?
    );
    show!(
        session,
        "tree.query([0.25, 0.75], k=5, distance_upper_bound=0.04)[1]",
        tree.nearest_within_radius(&here, 5, Some(0.04 * 0.04), &squared_euclidean)?
            .iter()
            .map(|&(_, &index)| index)
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "tree.query([0.25, 0.75], k=3, p=1)[0]",
        tree.nearest(&here, 3, &manhattan)?
            .iter()
            .map(|&(distance, _)| distance)
            .collect::<Vec<_>>()
    );
    show!(
        session,
        "tree.query([0.25, 0.75], k=3, p=np.inf)[0]",
        tree.nearest(&here, 3, &chebyshev)?
            .iter()
            .map(|&(distance, _)| distance)
            .collect::<Vec<_>>()
    );

    let questions = [[0.0, 0.0], [0.1, 0.9], [0.99, 0.5], [2.0, 2.0]];
    let (distances, indices) = query(&tree, &questions, 2)?;
    show!(session, "tree.query(questions)[0]", distances.column(0));
    show!(session, "tree.query(questions)[1]", indices.column(0));
    show!(session, "tree.query(questions, k=2)[1]", &indices);
    show!(
        session,
        "tree.query_ball_point(questions, 0.1, return_length=True)",
        questions
            .iter()
            .map(|question| tree.within_count(question, 0.1 * 0.1, &squared_euclidean))
            .collect::<Result<Vec<_>, _>>()
    );
    let (distances, _) = query(&tree, &points, 2)?;
    show!(
        session,
        "tree.query(points, k=2)[0][:, 1].max()",
        max(&distances.column(1))
    );
    // Each point finds itself, and each pair is found from both sides.
    let found: usize = points
        .iter()
        .map(|point| tree.within_count(point, 0.05 * 0.05, &squared_euclidean))
        .sum::<Result<_, _>>()?;
    show!(session, "len(tree.query_pairs(0.05))", (found - n) / 2);

    show!(
        session,
        "tree.query([0.5, 0.5, 0.5])",
        tree.nearest(&[0.5, 0.5, 0.5], 1, &squared_euclidean)
            .map(|nearest| *nearest[0].1)
    );
    show!(
        session,
        "tree.query([np.nan, 0.5])",
        tree.nearest(&[f64::NAN, 0.5], 1, &squared_euclidean)
            .map(|nearest| *nearest[0].1)
    );
    show!(
        session,
        "tree.query([np.nan, 0.5], p=np.inf)",
        tree.nearest(&[f64::NAN, 0.5], 1, &chebyshev)
            .map(|nearest| *nearest[0].1)
    );
    show!(
        session,
        "tree.query([[0.5, 0.5], [np.inf, 0.5]])",
        query(&tree, &[[0.5, 0.5], [f64::INFINITY, 0.5]], 1).map(|(distances, _)| distances)
    );
    show!(
        session,
        "tree.query_ball_point([np.nan, 0.5], 1.0)",
        tree.within_count(&[f64::NAN, 0.5], 1.0, &squared_euclidean)
    );
    show!(
        session,
        "tree.query_ball_point([0.25, 0.75], np.nan, return_length=True)",
        tree.within_count(&here, f64::NAN, &squared_euclidean)
    );
    show!(
        session,
        "tree.query_ball_point([0.25, 0.75], np.inf, return_length=True)",
        tree.within_count(&here, f64::INFINITY, &squared_euclidean)
    );
    let mut empty = KdTree::new(2);
    show!(
        session,
        "KDTree(np.array([[0.0, np.nan]]))",
        empty.add([0.0, f64::NAN], 0).map(|()| empty.size())
    );
    show!(
        session,
        "KDTree(np.array([[0.0, np.inf]]))",
        empty.add([0.0, f64::INFINITY], 0).map(|()| empty.size())
    );
    show!(
        session,
        "len(KDTree(np.empty((0, 2))).query_ball_point([0.5, 0.5], 1.0))",
        empty.within_count(&[0.5, 0.5], 1.0, &squared_euclidean)
    );
    Ok(())
}

/// Points by their index.
pub type Tree = KdTree<f64, usize, [f64; 2]>;

/// A tree of these points.
///
/// # Errors
/// Where a point is not finite.
pub fn tree(points: &[[f64; 2]]) -> Result<Tree> {
    let mut tree = KdTree::new(2);
    for (index, &point) in points.iter().enumerate() {
        tree.add(point, index)?;
    }
    Ok(tree)
}

/// The k nearest points of each of n questions: their distances and indices, n by k.
///
/// # Errors
/// Where a question is not finite, or there are fewer than k points.
pub fn query(tree: &Tree, questions: &[[f64; 2]], k: usize) -> Result<(Array2<f64>, Array2<usize>)> {
    let shape = (questions.len(), k);
    let (mut distances, mut indices) = (Vec::new(), Vec::new());
    for question in questions {
        for (distance, &index) in tree.nearest(question, k, &squared_euclidean)? {
            distances.push(distance.sqrt());
            indices.push(index);
        }
    }
    let few = "there are fewer than k points";
    Ok((
        Array2::from_shape_vec(shape, distances).context(few)?,
        Array2::from_shape_vec(shape, indices).context(few)?,
    ))
}

/// The same by kiddo, whose tree is made of all points at once and lies in memory as it is searched: all questions together,
/// on all threads.
///
/// # Errors
/// As [`query`].
pub fn query_batch(
    tree: &ImmutableKdTree<f64, 2>,
    questions: &[[f64; 2]],
    k: NonZero<usize>,
) -> Result<(Array2<f64>, Array2<usize>)> {
    ensure!(
        questions.as_flattened().iter().all(|x| x.is_finite()),
        "a question is not finite"
    );
    let found = tree
        .query_batch(questions)
        .nearest_n::<SquaredEuclidean<f64>>(k)
        .execute();
    let nearest = || found.iter().flatten();
    let shape = (questions.len(), k.get());
    let few = "there are fewer than k points";
    Ok((
        Array2::from_shape_vec(shape, nearest().map(|near| near.distance.sqrt()).collect()).context(few)?,
        Array2::from_shape_vec(shape, nearest().map(|near| near.item as usize).collect()).context(few)?,
    ))
}

fn manhattan(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}

fn chebyshev(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, larger)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_trees_find_the_same() {
        let points = |step: f64| -> Vec<[f64; 2]> {
            (1..400)
                .map(|i| [f64::from(i) * step, f64::from(i * i) * step].map(f64::fract))
                .collect()
        };
        let (points, questions) = (points(0.618_033_988_749_894_9), points(0.414_213_562_373_095));
        let tree = tree(&points).unwrap();
        let batch = ImmutableKdTree::new_from_slice(&points).unwrap();
        let three = NonZero::new(3).unwrap();
        let one_by_one = query(&tree, &questions, 3).unwrap();
        assert_eq!(query_batch(&batch, &questions, three).unwrap(), one_by_one);
        assert!(query_batch(&batch, &[[f64::NAN, 0.0]], three).is_err());
        assert!(query_batch(&batch, &questions, NonZero::new(400).unwrap()).is_err());
    }
}
