package dev.memberproxy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.metrics.HttpClientMetricsAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.task.TaskExecutorMetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestTemplateAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestTemplateObservationAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/**
 * Starts the service. What Spring Boot would set up for clients, tasks and aspects is
 * used by nothing here, and only makes the start longer.
 */
@SpringBootApplication(exclude = { UserDetailsServiceAutoConfiguration.class, AopAutoConfiguration.class,
		TaskExecutionAutoConfiguration.class, TaskExecutorMetricsAutoConfiguration.class,
		ScheduledTasksObservationAutoConfiguration.class, HttpClientAutoConfiguration.class,
		ImperativeHttpClientAutoConfiguration.class, HttpClientMetricsAutoConfiguration.class,
		HttpServiceClientPropertiesAutoConfiguration.class, RestClientAutoConfiguration.class,
		RestClientObservationAutoConfiguration.class, RestTemplateAutoConfiguration.class,
		RestTemplateObservationAutoConfiguration.class })
public class MemberProxyApplication {

	/**
	 * Starts the service.
	 * @param args properties in the form {@code --name=value}
	 */
	public static void main(String[] args) {
		SpringApplication.run(MemberProxyApplication.class, args);
	}

}
