"""Assessment: rounds of self-assessment, appraisal and publication of the agencies by a framework of points."""
