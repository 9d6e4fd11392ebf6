/** The plan Form Post Basic OP of the OpenID Foundation's conformance suite, reimplemented: Basic with `response_mode=form_post`. */
import { basicPlan } from './modules/basic-plan.ts'
import { runPlan } from './support/run-plan.ts'

runPlan('oidcc-formpost-basic-certification-test-plan', basicPlan, 'form_post')
