"""Signed deals (签约项目): terms and their verification, stages, credit, evidence, paid-in funds, occasions."""
