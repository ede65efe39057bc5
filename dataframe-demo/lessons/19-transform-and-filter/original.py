import pandas as pd

games = pd.DataFrame(
    {
        "team": ["red", "blue", "red", "green", "blue", "red", "blue"],
        "player": ["Ada", "Bob", "Cem", "Dot", "Eve", "Fay", "Gus"],
        "points": [10, 25, 30, 15, 5, 20, 25],
        "fouls": [1.0, None, 3.0, 2.0, 4.0, None, 0.0],
    }
)
teams = games.groupby("team")

# A value of the group beside each of its rows.
games.assign(total=teams["points"].transform("sum"))
teams[["points", "fouls"]].transform("mean")
games[["points", "fouls"]] - teams[["points", "fouls"]].transform("mean")
games["points"] / teams["points"].transform("sum")
teams["points"].transform(lambda points: (points - points.mean()) / points.std())
teams["player"].transform("size")
games["fouls"].fillna(teams["fouls"].transform("mean"))
teams["points"].transform(lambda points: points.max() - points)

# Along the rows of a group.
games.assign(place=teams["points"].rank(method="min", ascending=False).astype("int64"))
teams.cumcount()
teams.cumcount(ascending=False)
teams["points"].cumsum()
teams["points"].cummax()
teams["player"].shift()
teams.ngroup()

# Groups that pass.
teams.filter(lambda team: team["points"].sum() > 55)
teams.filter(lambda team: len(team) < 3)
teams.agg(total=("points", "sum")).query("total > 50")

# Some rows of each group.
teams.head(2)
teams.tail(1)
games.sort_values("points", ascending=False, kind="stable").groupby("team").head(1)
games.loc[teams["points"].idxmax()]
games[games["points"] == teams["points"].transform("max")]
teams["points"].nlargest(2).reset_index(level="team").reset_index(drop=True)
games.drop_duplicates("team", keep="last")
