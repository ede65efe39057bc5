import numpy as np
import pandas as pd

# Monday to Friday.
pd.bdate_range("2024-03-28", "2024-04-03")
pd.bdate_range("2024-03-29", periods=4)
days = pd.Series(pd.date_range("2024-03-28", periods=6), name="day")
days.map(pd.offsets.BDay().is_on_offset)
days[days.map(pd.offsets.BDay().is_on_offset)].reset_index(drop=True)

# So many business days later.
eve = pd.Series(pd.to_datetime(["2024-03-28", "2024-03-29"]), name="day")
eve + pd.offsets.BDay(1)
eve + pd.offsets.BDay(5)
eve - pd.offsets.BDay(2)
days + pd.offsets.BDay(1)
days.map(pd.offsets.BDay().rollforward)
days.map(pd.offsets.BDay().rollback)

# Holidays: Good Friday and Easter Monday.
easter = ["2024-03-29", "2024-04-01"]
pd.bdate_range("2024-03-28", "2024-04-03", freq="C", holidays=easter)
eve[:1] + pd.offsets.CustomBusinessDay(1, holidays=easter)
days.map(pd.offsets.CustomBusinessDay(holidays=easter).rollforward)

# A week from Sunday to Thursday.
pd.bdate_range("2024-03-28", "2024-04-03", freq="C", weekmask="Sun Mon Tue Wed Thu")

# How many days from one to the other, the last not counted.
starts = np.array(["2024-03-01", "2024-03-29", "2024-04-06"], dtype="datetime64[D]")
ends = np.array(["2024-04-01", "2024-04-02", "2024-04-01"], dtype="datetime64[D]")
np.busday_count(starts, ends)
np.busday_count(starts, ends, holidays=easter)
np.busday_count(starts, ends, weekmask="1111110")
np.busday_offset(starts, 1)

# Month ends that are business days.
pd.date_range("2024-01-01", periods=4, freq="BME")
pd.date_range("2024-05-01", periods=4, freq="BMS")
