/// How rules are carried out: their formulas planned, measured and evaluated.
@NullMarked
package org.thalweg.optim.engine;

import org.jspecify.annotations.NullMarked;
