/// How hyper-parameters change with the steps.
@NullMarked
package org.thalweg.optim.schedule;

import org.jspecify.annotations.NullMarked;
