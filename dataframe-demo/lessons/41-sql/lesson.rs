//! SQL: queries over frames as text, which become the same plans as expressions do.

use anyhow::Result;
use polars::{
    prelude::*,
    sql::{SQLContext, sql_expr},
};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let orders = df!(
        "id" => [1_i64, 2, 3, 4, 5, 6, 7, 8],
        "customer" => ["Ana", "Bo", "Ana", "Cy", "Bo", "Ana", "Dee", "Cy"],
        "product" => [Some("tea"), Some("tea"), Some("cup"), Some("pot"), Some("cup"), Some("tea"), Some("tea"), None],
        "quantity" => [3_i64, 1, 2, 1, 6, 5, 2, 4],
        "price" => [4.5, 4.5, 8.0, 25.0, 8.0, 4.0, 4.5, 2.5],
    )?;
    let customers = df!("name" => ["Ana", "Bo", "Cy", "Eve"], "country" => ["FR", "SE", "FR", "DE"])?;
    // Frames under names. A query is a lazy frame; nothing is copied, and nothing runs before it is collected.
    let mut db = SQLContext::new();
    db.register("orders", orders.clone().lazy());
    db.register("customers", customers.lazy());
    show!(
        session,
        "sql(\"SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name\")[\"name\"]",
        sql(&mut db, "SHOW TABLES")?.column("name")?
    );
    show!(
        session,
        "sql(\"SELECT id, product FROM orders WHERE price > 4 AND quantity BETWEEN 2 AND 5 ORDER BY id\")",
        sql(
            &mut db,
            "SELECT id, product FROM orders WHERE price > 4 AND quantity BETWEEN 2 AND 5 ORDER BY id"
        )?
    );
    show!(
        session,
        "sql(\"SELECT id, quantity * price AS total FROM orders ORDER BY total DESC LIMIT 3\")",
        sql(
            &mut db,
            "SELECT id, quantity * price AS total FROM orders ORDER BY total DESC LIMIT 3"
        )?
    );
    show!(
        session,
        "sql(\"SELECT DISTINCT customer FROM orders ORDER BY customer\")",
        sql(&mut db, "SELECT DISTINCT customer FROM orders ORDER BY customer")?
    );
    show!(
        session,
        "sql(\"SELECT COUNT(*) AS rows, COUNT(product) AS products, SUM(quantity) AS pieces FROM orders\")",
        sql(
            &mut db,
            "SELECT COUNT(*) AS rows, COUNT(product) AS products, SUM(quantity) AS pieces FROM orders"
        )?
    );
    show!(
        session,
        "sql(\"SELECT id FROM orders WHERE product IS NULL OR product IN ('pot', 'cup') ORDER BY id\")",
        sql(
            &mut db,
            "SELECT id FROM orders WHERE product IS NULL OR product IN ('pot', 'cup') ORDER BY id"
        )?
    );
    show!(
        session,
        "sql(\"SELECT id, COALESCE(product, 'unknown') AS product FROM orders WHERE customer = 'Cy' ORDER BY id\")",
        sql(
            &mut db,
            "SELECT id, COALESCE(product, 'unknown') AS product FROM orders WHERE customer = 'Cy' ORDER BY id"
        )?
    );
    show!(
        session,
        "sql(\"SELECT name FROM customers WHERE name LIKE 'A%'\")",
        sql(&mut db, "SELECT name FROM customers WHERE name LIKE 'A%'")?
    );
    show!(
        session,
        "sql(\"SELECT name FROM customers WHERE name LIKE 'a%'\")",
        sql(&mut db, "SELECT name FROM customers WHERE name LIKE 'a%'")?
    );
    show!(
        session,
        "sql(\"SELECT id, quantity / 2 AS pairs FROM orders WHERE quantity > 4 ORDER BY id\")",
        sql(
            &mut db,
            "SELECT id, quantity / 2 AS pairs FROM orders WHERE quantity > 4 ORDER BY id"
        )?
    );
    show!(
        session,
        "sql(\"\"\" SELECT customer, COUNT(*) AS orders, SUM(quantity * price) AS total FROM orders GROUP BY customer ORDER BY customer \"\"\")",
        sql(
            &mut db,
            "SELECT customer, COUNT(*) AS orders, SUM(quantity * price) AS total FROM orders GROUP BY customer ORDER BY customer"
        )?
    );
    show!(
        session,
        "sql(\"SELECT product, AVG(price) AS price FROM orders GROUP BY product HAVING COUNT(*) > 1 ORDER BY product\")",
        sql(
            &mut db,
            "SELECT product, AVG(price) AS price FROM orders GROUP BY product HAVING COUNT(*) > 1 ORDER BY product"
        )?
    );
    show!(
        session,
        "sql(\"\"\" SELECT CASE WHEN price >= 8 THEN 'dear' ELSE 'cheap' END AS class, SUM(quantity) AS pieces FROM orders GROUP BY class ORDER BY class \"\"\")",
        sql(
            &mut db,
            "SELECT CASE WHEN price >= 8 THEN 'dear' ELSE 'cheap' END AS class, SUM(quantity) AS pieces FROM orders GROUP BY class ORDER BY class"
        )?
    );
    show!(
        session,
        "sql(\"\"\" SELECT o.id, c.country FROM orders AS o JOIN customers AS c ON o.customer = c.name WHERE o.price > 4 ORDER BY o.id \"\"\")",
        sql(
            &mut db,
            "SELECT o.id, c.country FROM orders AS o JOIN customers AS c ON o.customer = c.name WHERE o.price > 4 ORDER BY o.id"
        )?
    );
    show!(
        session,
        "sql(\"\"\" SELECT o.id, c.country FROM orders AS o LEFT JOIN customers AS c ON o.customer = c.name WHERE o.quantity < 3 ORDER BY o.id \"\"\")",
        sql(
            &mut db,
            "SELECT o.id, c.country FROM orders AS o LEFT JOIN customers AS c ON o.customer = c.name WHERE o.quantity < 3 ORDER BY o.id"
        )?
    );
    show!(
        session,
        "sql(\"SELECT name FROM customers WHERE name NOT IN (SELECT customer FROM orders)\")",
        sql(
            &mut db,
            "SELECT name FROM customers WHERE name NOT IN (SELECT customer FROM orders)"
        )?
    );
    show!(
        session,
        "sql(\"SELECT customer AS name FROM orders UNION SELECT name FROM customers ORDER BY name\")",
        sql(
            &mut db,
            "SELECT customer AS name FROM orders UNION SELECT name FROM customers ORDER BY name"
        )?
    );
    show!(
        session,
        "sql(\"\"\" WITH totals AS (SELECT customer, SUM(quantity * price) AS total FROM orders GROUP BY customer) SELECT customer, total FROM totals WHERE total > 40 ORDER BY customer \"\"\")",
        sql(
            &mut db,
            "WITH totals AS (SELECT customer, SUM(quantity * price) AS total FROM orders GROUP BY customer) SELECT customer, total FROM totals WHERE total > 40 ORDER BY customer"
        )?
    );
    show!(
        session,
        "sql(\"\"\" SELECT id, SUM(quantity) OVER (PARTITION BY customer ORDER BY id) AS so_far, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY price, id) AS place FROM orders ORDER BY id \"\"\")",
        sql(
            &mut db,
            "SELECT id, SUM(quantity) OVER (PARTITION BY customer ORDER BY id) AS so_far, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY price, id) AS place FROM orders ORDER BY id"
        )?
    );
    show!(
        session,
        "sql(\"SELECT customer, quantity * price AS total FROM orders\").groupby(\"customer\")[\"total\"].max()",
        db.execute("SELECT customer, quantity * price AS total FROM orders")?
            .group_by([col("customer")])
            .agg([col("total").max()])
            .sort(["customer"], SortMultipleOptions::default())
            .collect()?
    );
    show!(
        session,
        "orders.eval(\"quantity * price\")",
        orders
            .clone()
            .lazy()
            .select([sql_expr("quantity * price")?.alias("")])
            .collect()?
            .column("")?
    );
    show!(
        session,
        "orders.query(\"quantity > 2 and price < 5\")[[\"id\", \"product\"]]",
        orders
            .lazy()
            .filter(sql_expr("quantity > 2 AND price < 5")?)
            .select([col("id"), col("product")])
            .collect()?
    );
    show!(
        session,
        "sql(\"SELEC id FROM orders\")",
        sql(&mut db, "SELEC id FROM orders")
    );
    show!(
        session,
        "sql(\"SELECT id FROM order_lines\")",
        sql(&mut db, "SELECT id FROM order_lines")
    );
    show!(
        session,
        "sql(\"SELECT amount FROM orders\")",
        sql(&mut db, "SELECT amount FROM orders")
    );
    show!(
        session,
        "sql(\"SELECT id FROM orders WHERE\")",
        sql(&mut db, "SELECT id FROM orders WHERE")
    );
    Ok(())
}

/// What a query comes to.
fn sql(db: &mut SQLContext, query: &str) -> PolarsResult<DataFrame> {
    db.execute(query)?.collect()
}
