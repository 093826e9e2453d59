"""The grid connection: the case, its legal moves, its terms, its fee, its papers. ПП РФ № 861, Section X."""
