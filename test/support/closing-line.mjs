/** Ends the report with what needed a second try, and one plain line that any reader understands. */
export default class ClosingLine {
  secondTries = [];

  onTestResult(_test, { testFilePath, testResults }) {
    for (const { fullName, invocations, status } of testResults) {
      if (status === 'passed' && invocations > 1)
        this.secondTries.push(`${testFilePath}: ${fullName}`);
    }
  }

  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = results;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    if (this.secondTries.length > 0) {
      process.stdout.write(`\npassed at the second try:\n${this.secondTries.join('\n')}\n`);
    }
    process.stdout.write(`\n${numPassedTests} passed, ${failed} failed\n`);
  }
}
