"""Description to blueprint: the rules planner, and the port that other planners fill."""

from skafu.planning.plan import Plan, Question, Source
from skafu.planning.planner import Planner
from skafu.planning.rules import RulesPlanner, plan

__all__ = ["Plan", "Planner", "Question", "RulesPlanner", "Source", "plan"]
