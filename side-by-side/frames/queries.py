"""What DuckDB and DataFusion are asked in the same words, and of which tables."""

# The others are in memory.
IN_FILES = {"customer", "lineitem", "orders"}

QUERIES = {
    "sum v1 by id1": (["groups"], "select id1, sum(v1) as v1 from groups group by id1"),
    "sum v1 by id1:id2": (["groups"], "select id1, id2, sum(v1) as v1 from groups group by id1, id2"),
    "sum v1 mean v3 by id3": (["groups"], "select id3, sum(v1) as v1, avg(v3) as v3 from groups group by id3"),
    "mean v1:v3 by id4": (
        ["groups"],
        "select id4, avg(v1) as v1, avg(v2) as v2, avg(v3) as v3 from groups group by id4",
    ),
    "sum v1:v3 by id6": (
        ["groups"],
        "select id6, sum(v1) as v1, sum(v2) as v2, sum(v3) as v3 from groups group by id6",
    ),
    "median v3 sd v3 by id4 id5": (
        ["groups"],
        "select id4, id5, median(v3) as median, stddev(v3) as sd from groups group by id4, id5",
    ),
    "max v1 - min v2 by id3": (["groups"], "select id3, max(v1) - min(v2) as range from groups group by id3"),
    "largest two v3 by id6": (
        ["groups"],
        """select id6, v3 from (
             select id6, v3, row_number() over (partition by id6 order by v3 desc) as place from groups
           ) where place <= 2""",
    ),
    "regression v1 v2 by id2 id4": (
        ["groups"],
        "select id2, id4, power(corr(v1, v2), 2) as r2 from groups group by id2, id4",
    ),
    "sum v3 count by id1:id6": (
        ["groups"],
        """select id1, id2, id3, id4, id5, id6, sum(v3) as v3, count(*) as count from groups
           group by id1, id2, id3, id4, id5, id6""",
    ),
    "small inner on int": (
        ["x", "small"],
        "select x.*, small.id4 as id4_right, v2 from x join small on x.id1 = small.id1",
    ),
    "medium inner on int": (
        ["x", "medium"],
        """select x.*, medium.id1 as id1_right, medium.id4 as id4_right, medium.id5 as id5_right, v2
           from x join medium on x.id2 = medium.id2""",
    ),
    "medium outer on int": (
        ["x", "medium"],
        """select x.*, medium.id1 as id1_right, medium.id4 as id4_right, medium.id5 as id5_right, v2
           from x left join medium on x.id2 = medium.id2""",
    ),
    "medium inner on factor": (
        ["x", "medium"],
        """select x.*, medium.id1 as id1_right, medium.id2 as id2_right, medium.id4 as id4_right, v2
           from x join medium on x.id5 = medium.id5""",
    ),
    "big inner on int": (
        ["x", "big"],
        """select x.*, big.id1 as id1_right, big.id2 as id2_right, big.id4 as id4_right, big.id5 as id5_right,
             big.id6 as id6_right, v2
           from x join big on x.id3 = big.id3""",
    ),
    "cumulative sum by group": (
        ["ticks"],
        """select time, sum(volume) over (partition by symbol order by time rows unbounded preceding) as total
           from ticks""",
    ),
    "rolling mean of 100": (
        ["ticks"],
        """select time, case when count(*) over last = 100 then avg(price) over last end as mean
           from ticks window last as (order by time rows 99 preceding)""",
    ),
    "sort by price and time": (["ticks"], "select * from ticks order by price, time"),
    "TPC-H 1": (
        ["lineitem"],
        """select l_returnflag, l_linestatus, sum(l_quantity) as sum_qty, sum(l_extendedprice) as sum_base_price,
             sum(l_extendedprice * (1 - l_discount)) as sum_disc_price,
             sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge,
             avg(l_quantity) as avg_qty, avg(l_extendedprice) as avg_price, avg(l_discount) as avg_disc,
             count(*) as count_order
           from lineitem where l_shipdate <= date '1998-09-02'
           group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus""",
    ),
    "TPC-H 3": (
        ["customer", "orders", "lineitem"],
        """select l_orderkey, sum(l_extendedprice * (1 - l_discount)) as revenue, o_orderdate, o_shippriority
           from customer, orders, lineitem
           where c_mktsegment = 'BUILDING' and c_custkey = o_custkey and l_orderkey = o_orderkey
             and o_orderdate < date '1995-03-15' and l_shipdate > date '1995-03-15'
           group by l_orderkey, o_orderdate, o_shippriority order by revenue desc, o_orderdate limit 10""",
    ),
    "TPC-H 6": (
        ["lineitem"],
        """select sum(l_extendedprice * l_discount) as revenue from lineitem
           where l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'
             and l_discount between 0.05 and 0.07 and l_quantity < 24""",
    ),
}
