//! Linear programming: plans, routes and what goes into a bag; what cannot be met, and what has no end, is an error.

use anyhow::{Result, ensure};
use microlp::{
    ComparisonOp::{self, Eq, Le},
    Error, OptimizationDirection, Problem, Solution, Variable,
};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, array, linalg::kron};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let profit = array![30.0, 20.0];
    let needs = array![[4.0, 2.0], [2.0, 4.0]];
    let stock = array![60.0, 48.0];

    // As microlp has it: variables, each with its cost and bounds, and constraints on some of them.
    let mut workshop = Problem::new(OptimizationDirection::Maximize);
    let tables = workshop.add_var(30.0, (0.0, f64::INFINITY));
    let chairs = workshop.add_var(20.0, (0.0, f64::INFINITY));
    workshop.add_constraint([(tables, 4.0), (chairs, 2.0)], Le, 60.0);
    workshop.add_constraint([(tables, 2.0), (chairs, 4.0)], Le, 48.0);
    let plan = solve(&workshop)?;
    let made = array![plan[tables], plan[chairs]];
    show!(session, "plan.x", &made);
    show!(session, "-plan.fun", plan.objective());
    show!(session, "plan.slack", &stock - &needs.dot(&made));
    show!(session, "plan.success", solve(&workshop).is_ok());

    // From matrices, as SciPy has it.
    let few_chairs =
        Model::minimise(&-&profit, &[(0.0, f64::INFINITY), (0.0, 5.0)])?.at_most(&needs, &stock)?;
    show!(
        session,
        "linprog(-profit, A_ub=needs, b_ub=stock, bounds=[(0, None), (0, 5)]).x",
        few_chairs.solve().map(|best| best.x)
    );

    let more = array![61.0, 50.0];
    let parts = Model::minimise(&-&profit, &[(0.0, f64::INFINITY); 2])?.at_most(&needs, &more)?;
    show!(
        session,
        "linprog(-profit, A_ub=needs, b_ub=np.array([61.0, 50.0])).x",
        parts.solve().map(|best| best.x)
    );
    let whole = Model::minimise_whole(&-&profit, &[(0, i32::MAX); 2])?.at_most(&needs, &more)?;
    show!(
        session,
        "linprog(-profit, A_ub=needs, b_ub=np.array([61.0, 50.0]), integrality=1).x",
        whole.solve().map(|best| best.x.round())
    );
    show!(
        session,
        "linprog(-profit, A_ub=needs, b_ub=np.array([61.0, 50.0]), integrality=1).fun",
        whole.solve().map(|best| best.value)
    );

    let cost = array![[8.0, 6.0, 10.0], [9.0, 12.0, 13.0]];
    let supply = array![35.0, 50.0];
    let demand = array![20.0, 30.0, 25.0];
    let leaves = kron(&Array2::eye(2), &Array2::ones((1, 3)));
    let arrives = kron(&Array2::ones((1, 2)), &Array2::eye(3));
    let routes = Model::minimise(&cost.flatten(), &[(0.0, f64::INFINITY); 6])?
        .at_most(&leaves, &supply)?
        .equal(&arrives, &demand)?
        .solve()?;
    let loads = routes.x.into_shape_with_order((2, 3))?;
    show!(session, "routes.x.reshape(2, 3)", &loads);
    show!(session, "routes.fun", routes.value);
    show!(
        session,
        "routes.x.reshape(2, 3).sum(axis=0)",
        loads.sum_axis(Axis(0))
    );

    let value = array![60.0, 100.0, 120.0, 70.0];
    let weight = array![[2.0, 4.0, 6.0, 3.0]];
    let bag = Model::minimise_whole(&-&value, &[(0, 1); 4])?.at_most(&weight, &array![10.0])?;
    let packed = bag.solve()?.x.round();
    show!(
        session,
        "np.round(bag.x).astype(np.int64)",
        packed.mapv(|x| x as i64)
    );
    show!(session, "value @ bag.x", value.dot(&packed));

    let free = [(0.0, f64::INFINITY); 2];
    let infeasible =
        Model::minimise(&array![1.0, 1.0], &free)?.at_most(&array![[1.0, 1.0]], &array![-1.0])?;
    let unbounded = Model::minimise(&array![-1.0, 0.0], &free)?.at_most(&array![[0.0, 1.0]], &array![1.0])?;
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, 1]], b_ub=[-1]).status",
        status(&infeasible.problem)
    );
    show!(
        session,
        "linprog([-1, 0], A_ub=[[0, 1]], b_ub=[1]).status",
        status(&unbounded.problem)
    );
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, 1]], b_ub=[-1]).x",
        infeasible.solve().ok().map(|best| best.x)
    );
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, 1, 1]], b_ub=[1])",
        Model::minimise(&array![1.0, 1.0], &free)?
            .at_most(&array![[1.0, 1.0, 1.0]], &array![1.0])
            .and_then(|model| Ok(model.solve()?.x))
    );
    show!(
        session,
        "linprog([1, np.nan], A_ub=[[1, 1]], b_ub=[1])",
        Model::minimise(&array![1.0, f64::NAN], &free)?
            .at_most(&array![[1.0, 1.0]], &array![1.0])?
            .solve()
            .map(|best| best.x)
    );
    let bounded_by = |needs, most| {
        let model =
            Model::minimise(&array![1.0, 1.0], &free)?.at_most(&array![[1.0, needs]], &array![most])?;
        anyhow::Ok(model.solve()?.x)
    };
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, np.inf]], b_ub=[1])",
        bounded_by(f64::INFINITY, 1.0)
    );
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, 1]], b_ub=[np.nan])",
        bounded_by(1.0, f64::NAN)
    );
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, 1]], b_ub=[-np.inf])",
        bounded_by(1.0, f64::NEG_INFINITY)
    );
    show!(
        session,
        "linprog([1, 1], A_ub=[[1, 1]], b_ub=[np.inf])",
        bounded_by(1.0, f64::INFINITY)
    );
    let within = |bounds: (f64, f64)| Model::minimise(&array![1.0, 1.0], &[bounds, (0.0, 1.0)]);
    show!(
        session,
        "linprog([1, 1], bounds=[(2, 1), (0, 1)]).status",
        status(&within((2.0, 1.0))?.problem)
    );
    show!(
        session,
        "linprog([1, 1], bounds=[(0, np.nan), (0, 1)]).x",
        within((0.0, f64::NAN))?.solve().map(|best| best.x)
    );
    Ok(())
}

/// A linear program in matrices: the costs of n variables, and constraints of n columns.
struct Model {
    problem: Problem,
    variables: Vec<Variable>,
}

/// Where the cost is least.
struct Best {
    x: Array1<f64>,
    value: f64,
}

impl Model {
    /// # Errors
    /// Where there are not as many bounds as costs.
    fn minimise(cost: &ArrayRef1<f64>, bounds: &[(f64, f64)]) -> Result<Self> {
        Self::new(cost, bounds, Problem::add_var)
    }

    /// The same for variables that are whole numbers.
    ///
    /// # Errors
    /// Where there are not as many bounds as costs.
    fn minimise_whole(cost: &ArrayRef1<f64>, bounds: &[(i32, i32)]) -> Result<Self> {
        Self::new(cost, bounds, Problem::add_integer_var)
    }

    fn new<T: Copy>(
        cost: &ArrayRef1<f64>,
        bounds: &[(T, T)],
        add: impl Fn(&mut Problem, f64, (T, T)) -> Variable,
    ) -> Result<Self> {
        ensure!(
            cost.len() == bounds.len(),
            "{} costs, {} bounds",
            cost.len(),
            bounds.len()
        );
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables = cost.iter().zip(bounds);
        let variables = variables
            .map(|(&cost, &bounds)| add(&mut problem, cost, bounds))
            .collect();
        Ok(Self { problem, variables })
    }

    /// `a · x ≤ b`.
    ///
    /// # Errors
    /// Where the shapes do not match.
    fn at_most(self, a: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<Self> {
        self.constrain(a, Le, b)
    }

    /// `a · x = b`.
    ///
    /// # Errors
    /// Where the shapes do not match.
    fn equal(self, a: &ArrayRef2<f64>, b: &ArrayRef1<f64>) -> Result<Self> {
        self.constrain(a, Eq, b)
    }

    fn constrain(mut self, a: &ArrayRef2<f64>, comparison: ComparisonOp, b: &ArrayRef1<f64>) -> Result<Self> {
        let needed = [b.len(), self.variables.len()];
        ensure!(
            a.shape() == needed,
            "the matrix has the shape {:?}, not {needed:?}",
            a.shape()
        );
        for (row, &limit) in a.rows().into_iter().zip(b) {
            let terms = self.variables.iter().copied().zip(row.iter().copied());
            self.problem.add_constraint(terms, comparison, limit);
        }
        Ok(self)
    }

    /// # Errors
    /// Where nothing meets the constraints, the cost has no least value, or a number is not one.
    fn solve(&self) -> Result<Best, Error> {
        let solution = solve(&self.problem)?;
        Ok(Best {
            x: self
                .variables
                .iter()
                .map(|&variable| solution[variable])
                .collect(),
            value: solution.objective(),
        })
    }
}

/// Without a time limit nothing interrupts the solver.
fn solve(problem: &Problem) -> Result<Solution, Error> {
    let interrupted = |_| Error::InternalError("interrupted".to_owned());
    problem.solve()?.into_solution().map_err(interrupted)
}

/// SciPy's number for how it ended.
fn status(problem: &Problem) -> i64 {
    match solve(problem) {
        Ok(_) => 0,
        Err(Error::Infeasible) => 2,
        Err(Error::Unbounded) => 3,
        Err(_) => 4,
    }
}
