"""Targets kept by the verifying bureau: amounts, parts, plan months, published figures, named cut-offs."""
