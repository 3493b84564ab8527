package dev.memberproxy;

import dev.memberproxy.core.InvalidConfigurationException;

import java.util.List;
import java.util.stream.Collectors;

import dev.memberproxy.core.InvalidConfigurationException.Fault;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports faults of the configuration in words, without a stack trace. */
class InvalidConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidConfigurationException cause) {
		List<Fault> faults = cause.getFaults();
		if (faults.size() == 1) {
			return new FailureAnalysis(cause.getMessage(), cause.getRemedy(), cause);
		}
		return new FailureAnalysis(
				faults.stream()
					.map((fault) -> "- " + fault.description() + " " + fault.remedy())
					.collect(Collectors.joining("\n")),
				"Correct all " + faults.size() + " faults of the configuration, then start the service again.", cause);
	}

}
