"""Wire formats and papers: pure, no framework. `papers` lays out legal slips; `barcodes` draws Code 128."""
