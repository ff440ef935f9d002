"""Learns from your decisions which papers to read first, and says why.

All of it is derived: terms and vectors from the texts of the catalogue, the model from the decisions. numpy takes 100
ms to import, so all but scores, reasons and words is imported only where something is ranked.
"""
