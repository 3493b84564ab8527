package dev.memberproxy.core;

/** A problem that a request ended with, as far as audit log and metrics name it. */
public interface ReportedProblem {

	/** The servlet request attribute that holds the problem of a request. */
	String ATTRIBUTE = ReportedProblem.class.getName();

	/** The name of the problem in its URI. */
	String slug();

	/** The outcome of the requested change, as it appears in the response. */
	String outcomeId();

}
