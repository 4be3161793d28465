"""Answers in a form that code can read."""

from pydantic import BaseModel

from agents import Agent


class Day(BaseModel):
    sky: str
    high: int


class Forecast(BaseModel):
    city: str
    days: list[Day]


agent = Agent(name="Forecaster", instructions="Forecast the weather.", output_type=Forecast)
